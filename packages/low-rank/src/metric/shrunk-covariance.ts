import { inRanges, type Pause } from '@onnx-compress/math';
import type { CentredGram } from '@onnx-compress/recovery';

/** Sum of the diagonal. */
function traceOf({ products, columns }: CentredGram): number {
  let trace = 0;
  for (let at = 0; at < products.length; at += columns + 1) trace += products[at] ?? 0;
  return trace;
}

async function sumOfSquares({ products }: CentredGram, pause: Pause): Promise<number> {
  let squares = 0;
  const add = (from: number, to: number) => {
    for (let at = from; at < to; at++) squares += (products[at] ?? 0) ** 2;
  };
  await inRanges(products.length, add, pause);
  return squares;
}

/**
 * How far a covariance from so many rows is to be moved toward a multiple of the identity, 0 to 1, were the rows normal
 * and independent.
 *
 * Source: Chen et al., Shrinkage Algorithms for MMSE Covariance Estimation, arXiv:0907.4698, equation 23.
 */
export async function normalShrinkage(gram: CentredGram, pause: Pause): Promise<number> {
  const { columns, rows } = gram;
  if (rows === 0) return 1;
  const [ofTrace, ofSquares] = [(traceOf(gram) / rows) ** 2, (await sumOfSquares(gram, pause)) / rows ** 2];
  const spread = (rows + 1 - 2 / columns) * (ofSquares - ofTrace / columns);
  const amount = ((1 - 2 / columns) * ofSquares + ofTrace) / spread;
  return spread > 0 && amount < 1 ? amount : 1;
}

/**
 * The covariance of what a layer is fed with, moved toward a multiple of the identity: what did not vary on few rows may
 * vary elsewhere. Columns x columns; undefined where nothing varies.
 *
 * @param amount 0 to 1
 */
export async function shrunkCovariance(
  gram: CentredGram,
  amount: number,
  pause: Pause,
): Promise<Float64Array | undefined> {
  const { products, columns, rows } = gram;
  const trace = traceOf(gram);
  if (!(trace > 0) || !Number.isFinite(trace)) return undefined;
  const covariance = new Float64Array(products.length);
  const shrink = (from: number, to: number) => {
    for (let at = from; at < to; at++) covariance[at] = ((1 - amount) * (products[at] ?? 0)) / rows;
  };
  await inRanges(products.length, shrink, pause);
  const common = (amount * trace) / (columns * rows);
  for (let at = 0; at < covariance.length; at += columns + 1) covariance[at] = (covariance[at] ?? 0) + common;
  return covariance;
}
