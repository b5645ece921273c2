import type { Node } from '@onnx-compress/graph';
import { addToBias } from '../layers/add-to-bias.js';
import type { LinearLayer } from '../layers/linear-layer.js';
import { readWeightMatrix, writeWeightMatrix } from '../layers/weight-matrix.js';
import { normalizationOf } from '../moments/normalization.js';

/** What a BatchNormalization makes of each channel: times `factor`, plus `shift`. */
export interface Scaling {
  readonly factor: Float64Array;
  readonly shift: Float64Array;
}

/** Channels that are scaled down further than this, compared to the others, cannot be told from a constant. */
const LEAST_FACTOR = 1e-6;

/** Undefined where the parameters are computed by the graph, or leave nothing of a channel. */
export async function scalingOf(normalization: Node): Promise<Scaling | undefined> {
  const parameters = await normalizationOf(normalization);
  if (parameters === undefined) return undefined;
  const { scale, bias, mean, variance, epsilon } = parameters;
  const factor = scale.map((value, channel) => value / Math.sqrt((variance[channel] ?? 0) + epsilon));
  const shift = bias.map((value, channel) => value - (mean[channel] ?? 0) * (factor[channel] ?? 0));
  const largest = factor.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return factor.every((value) => Math.abs(value) > LEAST_FACTOR * largest) ? { factor, shift } : undefined;
}

/** A layer together with the BatchNormalization behind it, which is fitted as one. */
export interface EffectiveLayer {
  readonly layer: LinearLayer;
  /** Its bias, without the normalization. */
  readonly bias: Float64Array;
  readonly scaling: Scaling | undefined;
}

/** The weight matrix and the bias with which the layer alone computes what both do. */
export async function readEffective({ layer, bias, scaling }: EffectiveLayer) {
  const matrix = await readWeightMatrix(layer);
  if (scaling === undefined) return { weights: matrix, bias };
  const { factor, shift } = scaling;
  return {
    weights: matrix.map((value, index) => value * (factor[Math.floor(index / layer.columns)] ?? 1)),
    bias: bias.map((value, output) => value * (factor[output] ?? 1) + (shift[output] ?? 0)),
  };
}

/** Gives the layer the weights and the bias with which both compute what these do. */
export async function writeEffective(
  { layer, bias: old, scaling }: EffectiveLayer,
  weights: Float64Array,
  bias: Float64Array,
): Promise<void> {
  const factor = (output: number) => scaling?.factor[output] ?? 1;
  writeWeightMatrix(
    layer,
    weights.map((value, index) => value / factor(Math.floor(index / layer.columns))),
  );
  const own = bias.map((value, output) => (value - (scaling?.shift[output] ?? 0)) / factor(output));
  const shift = own.map((value, output) => value - (old[output] ?? 0));
  await addToBias(layer.node, layer.weight.tensor.dataType, shift);
}
