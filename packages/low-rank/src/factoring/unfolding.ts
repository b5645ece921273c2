import type { Matrix } from '@onnx-compress/core';

/** Swaps the first two of three axes. */
function swapped(values: Float32Array, first: number, second: number, third: number): Float32Array {
  const result = new Float32Array(values.length);
  for (let row = 0; row < first; row++) {
    for (let column = 0; column < second; column++) {
      const from = (row * second + column) * third;
      result.set(values.subarray(from, from + third), (column * first + row) * third);
    }
  }
  return result;
}

/**
 * A matrix whose columns are channels with so many positions each, with a channel in each row instead: from
 * rows x (channels times positions) to channels x (rows times positions). Twice gives the same matrix again.
 */
export function unfoldedByChannel({ rows, columns, values }: Matrix, positions: number): Matrix {
  const channels = columns / positions;
  return { rows: channels, columns: rows * positions, values: swapped(values, rows, channels, positions) };
}
