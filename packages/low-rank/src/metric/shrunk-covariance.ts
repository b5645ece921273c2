import type { CentredGram } from '@onnx-compress/recovery';

/** Sum of the diagonal, and of all squares. */
function traces(products: Float64Array, size: number): { readonly trace: number; readonly squares: number } {
  let [trace, squares] = [0, 0];
  for (let at = 0; at < products.length; at += size + 1) trace += products[at] ?? 0;
  for (const value of products) squares += value * value;
  return { trace, squares };
}

/**
 * How far a covariance from so many rows is to be moved toward a multiple of the identity, 0 to 1, were the rows normal
 * and independent.
 *
 * Source: Chen et al., Shrinkage Algorithms for MMSE Covariance Estimation, arXiv:0907.4698, equation 23.
 */
export function normalShrinkage({ products, columns, rows }: CentredGram): number {
  if (rows === 0) return 1;
  const { trace, squares } = traces(products, columns);
  const [ofTrace, ofSquares] = [(trace / rows) ** 2, squares / rows ** 2];
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
export function shrunkCovariance({ products, columns, rows }: CentredGram, amount: number): Float64Array | undefined {
  const { trace } = traces(products, columns);
  if (!(trace > 0) || !Number.isFinite(trace)) return undefined;
  const covariance = products.map((value) => ((1 - amount) * value) / rows);
  const common = (amount * trace) / (columns * rows);
  for (let at = 0; at < covariance.length; at += columns + 1) covariance[at] = (covariance[at] ?? 0) + common;
  return covariance;
}
