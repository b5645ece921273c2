import { type Context, yieldToEventLoop } from '@onnx-compress/core';
import type { CentredGram, LinearLayer } from '@onnx-compress/recovery';

/** What rows are multiplied by: the layer, the Gram matrix of each of its groups, and when to stop. */
export interface Outputs {
  readonly layer: Pick<LinearLayer, 'outputs' | 'columns'>;
  readonly grams: readonly CentredGram[];
  readonly signal: Context['signal'];
}

/** r G r^T. */
function rowEnergy(row: Float64Array, products: Float64Array): number {
  const size = row.length;
  let sum = 0;
  for (let first = 0; first < size; first++) {
    const value = row[first] ?? 0;
    if (value === 0) continue;
    let product = 0;
    for (let second = 0, at = first * size; second < size; second++, at++) {
      product += (products[at] ?? 0) * (row[second] ?? 0);
    }
    sum += value * product;
  }
  return sum;
}

/**
 * The energy of what a weight matrix makes of samples, about the mean of each output.
 *
 * @throws CancelledError when the signal fires
 */
export async function outputEnergy(matrix: Float64Array, { layer, grams, signal }: Outputs): Promise<number> {
  const { outputs, columns } = layer;
  const perGroup = outputs / grams.length;
  let sum = 0;
  for (let row = 0; row < outputs; row++) {
    await yieldToEventLoop(signal);
    const gram = grams[Math.floor(row / perGroup)];
    if (gram !== undefined) sum += rowEnergy(matrix.subarray(row * columns, (row + 1) * columns), gram.products);
  }
  return sum;
}
