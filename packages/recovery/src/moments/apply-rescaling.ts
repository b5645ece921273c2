import { addToBias, biasOf } from '../layers/add-to-bias.js';
import { type LinearLayer, linearLayer } from '../layers/linear-layer.js';
import { readWeightMatrix, writeWeightMatrix } from '../layers/weight-matrix.js';
import { rescaleNormalization } from './normalization.js';
import type { Rescaling } from './rescaling.js';
import type { Target } from './target.js';

async function scaleRows(layer: LinearLayer, scale: Float64Array): Promise<void> {
  const matrix = await readWeightMatrix(layer);
  for (const [row, factor] of scale.entries()) {
    const start = row * layer.columns;
    for (let at = start; at < start + layer.columns; at++) matrix[at] = (matrix[at] ?? 0) * factor;
  }
  writeWeightMatrix(layer, matrix);
}

/** The rows of the weight take the scale; the bias takes the shift, and the scale of what it held before. */
async function rescaleLayer({ node, original }: Target, { scale, shift }: Rescaling): Promise<boolean> {
  const { dataType } = original.weight.tensor;
  const layer = linearLayer(node);
  const bias = await biasOf(node, dataType, scale.length);
  if (bias === undefined) return false;
  const added = shift.map((value, channel) => value + ((scale[channel] ?? 1) - 1) * (bias[channel] ?? 0));
  if (!(await addToBias(node, dataType, added))) return false;
  if (layer !== undefined && scale.some((factor) => factor !== 1)) await scaleRows(layer, scale);
  return true;
}

/** Multiplies and shifts what a layer computes; false where its bias is computed by the graph. Nothing is changed then. */
export async function applyRescaling(target: Target, rescaling: Rescaling): Promise<boolean> {
  const { normalization } = target;
  if (normalization !== undefined && (await rescaleNormalization(normalization, rescaling))) return true;
  return normalization === undefined && rescaleLayer(target, rescaling);
}
