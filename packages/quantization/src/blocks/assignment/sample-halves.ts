import { type Calibration, type Context, type Matrix, pickSamples, yieldToEventLoop } from '@onnx-compress/core';

/** The rows that samples give a layer, and two halves of them, each with all rows of every other sample. */
export interface SampleHalves {
  readonly all: Matrix;
  readonly halves: readonly [Matrix, Matrix];
}

/** At most so many samples, spread evenly over all. */
export function fewSamples(calibration: Calibration, most: number): Calibration {
  const { count } = calibration;
  if (count <= most) return calibration;
  const place = (index: number) => Math.floor((index * most) / count);
  return pickSamples(calibration, (index) => place(index) < place(index + 1));
}

/**
 * Divides rows by the samples that they come from; those of a single sample by their places. Copies them.
 *
 * @param matrix rows of the first sample first, equally many of each
 * @returns a single row as both halves
 * @throws CancelledError when the signal fires
 */
export async function sampleHalves(
  matrix: Matrix,
  samples: number,
  { signal }: Pick<Context, 'signal'>,
): Promise<SampleHalves> {
  const { rows, columns } = matrix;
  const units = samples > 1 ? Math.min(samples, rows) : rows;
  if (units < 2) return { all: matrix, halves: [matrix, matrix] };
  const isSecond = (row: number) => Math.floor((row * units) / rows) % 2;
  const order = Array.from({ length: rows }, (_, row) => row).sort((one, other) => isSecond(one) - isSecond(other));
  const values = new Float32Array(rows * columns);
  for (const [to, from] of order.entries()) {
    await yieldToEventLoop(signal);
    values.set(matrix.values.subarray(from * columns, (from + 1) * columns), to * columns);
  }
  const middle = order.filter((row) => isSecond(row) === 0).length;
  const first = { rows: middle, columns, values: values.subarray(0, middle * columns) };
  const second = { rows: rows - middle, columns, values: values.subarray(middle * columns) };
  return { all: { rows, columns, values }, halves: [first, second] };
}
