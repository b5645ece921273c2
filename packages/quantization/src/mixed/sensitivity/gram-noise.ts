import type { Calibration, Context } from '@onnx-compress/core';
import type { Model } from '@onnx-compress/graph';
import { type CentredGram, inputGrams, type LinearLayer, linearLayer, readWeightMatrix } from '@onnx-compress/recovery';
import { outputEnergy } from '../../rounding/output-energy.js';
import type { LayerChoices, LayerGroup } from '../layer-choices.js';
import { weightNoises } from './weight-noise.js';

const squares = (values: Float64Array): number => values.reduce((sum, value) => sum + value * value, 0);

/** The mean of the diagonals of Gram matrices: the energy of one input, summed over samples. */
function meanDiagonal(grams: readonly CentredGram[]): number {
  let sum = 0;
  for (const { columns, products } of grams) {
    for (let column = 0; column < columns; column++) sum += products[column * columns + column] ?? 0;
  }
  return sum / grams.reduce((count, { columns }) => count + columns, 0);
}

/**
 * What a part of the energy of a weight is in the outputs of its layer: tr(G)/n ||W||^2 over tr(W G W^T), where G is the
 * Gram matrix of the inputs, which is the Gauss-Newton Hessian of the layer's outputs.
 */
async function gainOf(layer: LinearLayer, grams: readonly CentredGram[], signal: Context['signal']): Promise<number> {
  const matrix = await readWeightMatrix(layer);
  const energy = await outputEnergy(matrix, { layer, grams, signal });
  return energy > 0 ? (meanDiagonal(grams) * squares(matrix)) / energy : 1;
}

/**
 * The noise that each format brings to the outputs of a layer, by the mean trace of its Hessian times the squared error
 * of the weight (HAWQ-V2, Dong et al. 2020), relative to the energy of these outputs. One pass over the samples and no
 * trials; layers whose inputs are not known count as with `weightNoises`.
 *
 * @throws CancelledError when the signal fires
 */
export async function gramNoise(
  model: Model,
  groups: readonly LayerGroup[],
  calibration: Calibration,
  context: Context,
): Promise<readonly LayerChoices[]> {
  const wanted = new Set(groups.flatMap(({ labels }) => labels));
  const layers = model.graph.nodes.flatMap((node) => (wanted.has(node.label) ? (linearLayer(node) ?? []) : []));
  const gains = new Map<string, number>();
  await inputGrams(model, layers, { ...context, calibration }, async (layer, grams) => {
    gains.set(layer.node.label, await gainOf(layer, grams, context.signal));
    context.progress(gains.size, layers.length, layer.node.label);
  });
  return weightNoises(groups, (label) => gains.get(label) ?? 1);
}
