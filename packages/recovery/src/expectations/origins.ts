import { type Node, weightBehind } from '@onnx-compress/graph';
import { perChannelConstant } from '../layers/per-channel-constant.js';
import { fixed, type Moments, scaled } from './moments.js';

/** Scale, bias, mean and variance of a BatchNormalization. */
async function parametersOf(node: Node): Promise<readonly Float64Array[] | undefined> {
  const channels = weightBehind(node.input(1))?.tensor.dims[0] ?? 0;
  const all = await Promise.all([1, 2, 3, 4].map((input) => perChannelConstant(node.input(input), channels)));
  const known = all.filter((values) => values !== undefined);
  return known.length === all.length ? known : undefined;
}

/** What a BatchNormalization makes of data like those it was trained on: its bias and scale are mean and deviation. */
export async function normalized(node: Node): Promise<Moments | undefined> {
  const [scale, bias] = (await parametersOf(node)) ?? [];
  return scale && bias && { axis: 1, mean: bias, variance: scale.map((value) => value * value) };
}

/** What a BatchNormalization makes of an input with known moments; a scale of 0 makes a constant of anything. */
export async function normalizedFrom(node: Node, moments: Moments): Promise<Moments | undefined> {
  const [scale, bias, mean, variance] = (await parametersOf(node)) ?? [];
  if (scale === undefined || bias === undefined || mean === undefined || variance === undefined) return undefined;
  const epsilon = node.float('epsilon', 1e-5);
  const factor = scale.map((value, channel) => value / Math.sqrt((variance[channel] ?? Number.NaN) + epsilon));
  const shift = bias.map((value, channel) => value - (mean[channel] ?? Number.NaN) * (factor[channel] ?? Number.NaN));
  return scaled(moments, factor, shift);
}

/** What a layer computes where all its weights are zero: its bias. */
export async function biasAlone(node: Node, dims: readonly unknown[] | undefined): Promise<Moments | undefined> {
  const axis = node.opType === 'MatMul' ? (dims?.length ?? 0) - 1 : 1;
  const channels = dims?.[axis];
  if (typeof channels !== 'number') return undefined;
  const hasBias = node.opType !== 'MatMul' && Boolean(node.inputs[2]);
  const bias = hasBias ? await perChannelConstant(node.input(2), channels) : new Float64Array(channels);
  const beta = node.opType === 'Gemm' ? node.float('beta', 1) : 1;
  return (
    bias &&
    fixed(
      axis,
      bias.map((value) => value * beta),
    )
  );
}
