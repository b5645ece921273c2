/**
 * How the range of a class is chosen from what samples show.
 *
 * - `minmax`: the extremes.
 * - `percentile`: so many percent of the values lie at or below the upper end, and as many at or above the lower one.
 * - `entropy`: least Kullback-Leibler divergence between the values before and after quantization.
 * - `mse`: least squared error of the quantized values.
 * - `ema`: moving average of the extremes of each item; `momentum` (default 0.9) is the part of the past.
 * - `auto`: see `autoRange`.
 */
export type RangeMethod =
  | { readonly kind: 'minmax' }
  | { readonly kind: 'percentile'; readonly percentile: number }
  | { readonly kind: 'entropy' }
  | { readonly kind: 'mse' }
  | { readonly kind: 'ema'; readonly momentum?: number }
  | { readonly kind: 'auto' };
