import { present } from '@onnx-compress/graph';
import type { LinearLayer } from '../layers/linear-layer.js';
import { readWeightMatrix } from '../layers/weight-matrix.js';

/**
 * The variance of each output channel of a layer whose inputs are independent, of each other and between positions of the
 * kernel.
 *
 * @param inputs variance of every input channel, those of all groups
 */
export async function expectedVariance(layer: LinearLayer, inputs: Float64Array): Promise<Float64Array> {
  const { outputs, columns, contraction } = layer;
  const matrix = await readWeightMatrix(layer);
  const positions = columns / layer.inputs;
  const perGroup = outputs / contraction.groups;
  const result = new Float64Array(outputs);
  for (const row of result.keys()) {
    const first = Math.floor(row / perGroup) * layer.inputs;
    let sum = 0;
    for (let column = 0; column < columns; column++) {
      const weight = matrix[row * columns + column] ?? 0;
      sum += weight * weight * present(inputs[first + Math.floor(column / positions)], 'variance');
    }
    result[row] = sum;
  }
  return result;
}
