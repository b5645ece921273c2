import { elementCount, type Node, readFloats } from '@onnx-compress/graph';
import { constantBehind } from '../graph-edits/constant.js';
import { computedParameters, negativeVariance, statisticsUsed, trainingMode } from '../messages.js';
import type { ChannelAffine } from './channel-affine.js';

/** The affine map of a BatchNormalization, or why it is none. */
export type ReadBatchNorm = { readonly affine: ChannelAffine } | { readonly reason: string };

const DEFAULT_EPSILON = 1e-5;

/** Before opset 7 the attribute is_test says whether the stored statistics are used; from 14 on, training_mode. */
const WITHOUT_TEST_FLAG = 7;

/** Reads scale, bias, mean and variance (inputs 1 to 4) of an inference BatchNormalization in double precision. */
export async function readBatchNorm(node: Node): Promise<ReadBatchNorm> {
  if (isTraining(node)) return { reason: trainingMode() };
  if (node.int('spatial', 1) === 0) return { reason: computedParameters() };
  if (node.outputs.slice(1).some((_, index) => (node.output(index + 1)?.uses.length ?? 0) > 0)) {
    return { reason: statisticsUsed() };
  }
  const [gamma, beta, mean, variance] = await Promise.all([1, 2, 3, 4].map((index) => parameter(node, index)));
  if (!gamma || !beta || !mean || !variance) return { reason: computedParameters() };
  const epsilon = node.float('epsilon', DEFAULT_EPSILON);
  const scale = gamma.map((value, channel) => value / Math.sqrt((variance[channel] ?? 0) + epsilon));
  const offset = beta.map((value, channel) => value - (mean[channel] ?? 0) * (scale[channel] ?? 0));
  const finite = scale.every(Number.isFinite) && offset.every(Number.isFinite);
  return finite ? { affine: { scale, offset } } : { reason: negativeVariance() };
}

function isTraining(node: Node): boolean {
  const opset = node.graph.model.opset() ?? 0;
  return opset < WITHOUT_TEST_FLAG ? node.int('is_test', 0) === 0 : node.int('training_mode', 0) !== 0;
}

async function parameter(node: Node, index: number): Promise<Float64Array | undefined> {
  const weight = constantBehind(node.input(index));
  if (weight === undefined || elementCount(weight.tensor.dims) === 0) return undefined;
  return Float64Array.from(await readFloats(weight.tensor));
}
