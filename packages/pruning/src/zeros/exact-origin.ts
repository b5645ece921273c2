import { type Dim, type Node, present } from '@onnx-compress/graph';
import {
  contractionOf,
  contributionOf,
  type Found,
  fromBias,
  type Moments,
  normalizedFrom,
  type Origin,
  unknownMoments,
} from '@onnx-compress/recovery';
import { seesPadding } from '../constants/exact-fold.js';
import type { ConstantZeros } from './constant-zeros.js';
import { isDepthwise } from './depthwise.js';

/** What each output channel of a depthwise convolution sums up; NaN where that is no constant. */
function constantSums(node: Node, { mean, variance }: Moments): Promise<Float64Array> {
  const { tensor } = present(node.input(1)?.weight, 'weight');
  const padded = seesPadding(node);
  const inputs = mean.map((value, channel) =>
    variance[channel] === 0 && (value === 0 || !padded) ? value : Number.NaN,
  );
  return contributionOf(tensor, present(contractionOf(node, tensor), 'contraction'), inputs);
}

/** The channels of a layer that hold one number whatever the input: those whose weights are all zero hold their bias. */
async function constantChannels(
  node: Node,
  dims: readonly Dim[] | undefined,
  input: () => Found,
  zeros: ConstantZeros,
): Found {
  const weight = node.input(1)?.weight;
  const contraction = weight && contractionOf(node, weight.tensor);
  const bias = contraction && (await fromBias.layer(node, dims, input));
  if (weight === undefined || contraction === undefined || bias === undefined) return undefined;
  const zero = await zeros.along(weight, contraction.outputAxis);
  const moments = isDepthwise(node) ? await input() : undefined;
  const sums = moments?.axis === 1 ? await constantSums(node, moments) : undefined;
  const mean = bias.mean.map((value, channel) => value + (zero[channel] ? 0 : (sums?.[channel] ?? Number.NaN)));
  return { axis: bias.axis, mean, variance: mean.map((value) => (Number.isNaN(value) ? Number.NaN : 0)) };
}

/** True where the pooling counts zeros around what it reads. */
const countsPadding = (node: Node) =>
  node.int('count_include_pad', 0) !== 0 &&
  (node.string('auto_pad', 'NOTSET').startsWith('SAME') || (node.ints('pads') ?? []).some((size) => size !== 0));

/** Whether the node makes one number everywhere of one number everywhere. */
function keepsConstants(node: Node): boolean {
  switch (node.opType) {
    case 'AveragePool':
      return !countsPadding(node);
    case 'Resize':
    case 'Upsample':
      return node.string('coordinate_transformation_mode', '') !== 'tf_crop_and_resize';
    case 'Cast':
      return [1, 10, 11].includes(node.int('to', 0));
    default:
      return true;
  }
}

async function normalization(node: Node, input: () => Found): Found {
  const channels = node.input(1)?.weight?.tensor.dims[0] ?? 0;
  return normalizedFrom(node, (await input()) ?? unknownMoments(1, channels));
}

/** Only what holds exactly, and whatever the input: weights count as zero where they are. */
export function exactOrigin(zeros: ConstantZeros): Origin {
  return {
    layer: (node, dims, input) => constantChannels(node, dims, input, zeros),
    normalization,
    follows: keepsConstants,
  };
}
