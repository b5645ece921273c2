import type { Calibration, Change, Context } from '@onnx-compress/core';
import type { Model } from '@onnx-compress/graph';
import { type CentredGram, inputGrams, type LinearLayer, linearLayer, readWeightMatrix } from '@onnx-compress/recovery';
import { outputEnergy } from '../../rounding/output-energy.js';
import type { LayerChoices, LayerGroup, Offer } from '../layer-choices.js';
import { searchedNoise } from './searched-noise.js';
import { layerNoises, weightNoise } from './weight-noise.js';

const squares = (values: Float64Array): number => values.reduce((sum, value) => sum + value * value, 0);

/** What samples tell of a layer. */
interface Propagation {
  /** What a part of the energy of the weight, or of the inputs, is in the outputs. */
  readonly gain: number;
  /** Mean variance of the inputs. */
  readonly variance: number;
}

/** The mean of the diagonals of Gram matrices: the energy of one input, summed over rows. */
function meanDiagonal(grams: readonly CentredGram[]): number {
  let sum = 0;
  for (const { columns, products } of grams) {
    for (let column = 0; column < columns; column++) sum += products[column * columns + column] ?? 0;
  }
  return sum / grams.reduce((count, { columns }) => count + columns, 0);
}

/**
 * What a part of the energy of a weight is in the outputs of its layer: tr(G)/n ||W||^2 over tr(W G W^T), where G is the
 * Gram matrix of the inputs, which is the Gauss-Newton Hessian of the layer's outputs. White noise on the inputs has the
 * same gain.
 */
async function propagationOf(
  layer: LinearLayer,
  grams: readonly CentredGram[],
  signal: Context['signal'],
): Promise<Propagation> {
  const matrix = await readWeightMatrix(layer);
  const energy = await outputEnergy(matrix, { layer, grams, signal });
  const diagonal = meanDiagonal(grams);
  const variance = diagonal / Math.max(1, grams[0]?.rows ?? 1);
  return { gain: energy > 0 ? (diagonal * squares(matrix)) / energy : 1, variance };
}

/** The energy of rounding inputs to integers at a known scale, as a part of their variance: scale^2 / 12. */
function inputNoise({ inputScale }: Change, { variance }: Propagation): number {
  return typeof inputScale === 'number' && variance > 0 ? inputScale ** 2 / 12 / variance : 0;
}

function noiseOf(change: Change, { repairs }: Offer, propagation: Propagation | undefined): number {
  const { gain, variance } = propagation ?? { gain: 1, variance: 0 };
  const weight = searchedNoise(change, repairs) ?? gain * weightNoise(change);
  return weight + gain * inputNoise(change, { gain, variance });
}

/**
 * The noise that each format brings to the outputs of a layer, as a part of their energy: of the weight by the mean trace
 * of its Hessian times its squared error (HAWQ-V2, Dong et al. 2020), or as measured on samples held out where integers
 * were searched; and of inputs that become integers. One pass over the samples and no trials of single layers; layers
 * whose inputs are not known count by their weights alone.
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
  const known = new Map<string, Propagation>();
  await inputGrams(model, layers, { ...context, calibration }, async (layer, grams) => {
    known.set(layer.node.label, await propagationOf(layer, grams, context.signal));
    context.progress(known.size, layers.length, layer.node.label);
  });
  return layerNoises(groups, (change, offer) => noiseOf(change, offer, known.get(change.node)));
}
