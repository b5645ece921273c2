import { floatsToTensor, type Node, weightBehind } from '@onnx-compress/graph';
import { isFloat } from '../layers/float-type.js';
import { perChannelConstant } from '../layers/per-channel-constant.js';
import type { Rescaling } from './rescaling.js';

const [SCALE, BIAS, MEAN, VARIANCE] = [1, 2, 3, 4];

/** What a BatchNormalization computes of each channel: `scale * (x - mean) / sqrt(variance + epsilon) + bias`. */
interface Normalization {
  readonly scale: Float64Array;
  readonly bias: Float64Array;
  readonly mean: Float64Array;
  readonly variance: Float64Array;
  readonly epsilon: number;
}

/** The parameters; undefined where the graph computes some of them. */
export async function normalizationOf(node: Node): Promise<Normalization | undefined> {
  const channels = weightBehind(node.input(SCALE))?.tensor.dims[0] ?? 0;
  const [scale, bias, mean, variance] = await Promise.all(
    [SCALE, BIAS, MEAN, VARIANCE].map((input) => perChannelConstant(node.input(input), channels)),
  );
  if (scale === undefined || bias === undefined || mean === undefined || variance === undefined) return undefined;
  return { scale, bias, mean, variance, epsilon: node.float('epsilon', 1e-5) };
}

/** Below this part of the greatest scale, a channel is about constant whatever its statistics are. */
const NEGLIGIBLE = 1e-6;

/** The statistics with which the output is multiplied by a scale and then shifted. */
function rescaled({ scale, bias, mean, variance, epsilon }: Normalization, { scale: factors, shift }: Rescaling) {
  const least = NEGLIGIBLE * scale.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const result = { mean: mean.slice(), variance: variance.slice() };
  for (const [channel, factor] of factors.entries()) {
    const gamma = scale[channel] ?? 0;
    if (Math.abs(gamma) <= least) continue;
    const beta = bias[channel] ?? 0;
    const deviation = Math.sqrt((variance[channel] ?? 0) + epsilon);
    const moved = (beta * (1 - factor) - (shift[channel] ?? 0)) / (gamma * factor);
    result.mean[channel] = (mean[channel] ?? 0) + moved * deviation;
    result.variance[channel] = Math.max(0, (deviation / factor) ** 2 - epsilon);
  }
  return result;
}

function replaceConstant(node: Node, input: number, values: Float64Array): boolean {
  const old = weightBehind(node.input(input));
  if (old === undefined || !isFloat(old.tensor.dataType)) return false;
  const tensor = floatsToTensor(old.tensor.dataType, old.tensor.dims, Float32Array.from(values));
  if (node.input(input) === old.value && old.value.uses.length === 1) {
    old.replace(tensor);
    return true;
  }
  const { graph } = node;
  node.setInput(input, graph.addWeight(graph.uniqueName(`${old.name}_repaired`), tensor).value);
  return true;
}

/**
 * Gives a BatchNormalization other running statistics, with which it multiplies its output by a scale and then shifts it;
 * its own scale and bias stay. False where the graph computes its parameters.
 */
export async function rescaleNormalization(node: Node, rescaling: Rescaling): Promise<boolean> {
  const normalization = await normalizationOf(node);
  if (normalization === undefined) return false;
  const { mean, variance } = rescaled(normalization, rescaling);
  return replaceConstant(node, MEAN, mean) && replaceConstant(node, VARIANCE, variance);
}
