import { inRanges, type Pause } from './linear-algebra/pacing.js';
import type { SortedValues } from './sorted-values.js';

/**
 * The scale `a` with which `-a`, `0` and `a` are closest to numbers in the sum of squares. With the `k` largest
 * magnitudes at `a`, their mean is the best `a` and `(sum of them)^2 / k` what it takes off the sum of squares; the best
 * `k` is found among all. Each number then belongs to the nearest of the three.
 *
 * Li et al. 2016 (arXiv:1605.04711) state the problem and approximate it by the threshold `0.7 * mean |w|`.
 *
 * @param magnitudes sorted, none below 0
 * @param pause called every 25 ms
 * @returns 0 where all are 0
 * @throws whatever `pause` throws
 * @example await ternaryScale(await sortValues(Float32Array.of(0.1, 0.9, 1.1), pause), pause) // 1
 */
export async function ternaryScale({ values, sums }: SortedValues, pause: Pause): Promise<number> {
  const total = sums[values.length];
  let [most, scale] = [0, 0];
  const tryCounts = (from: number, to: number) => {
    for (let count = from + 1; count <= to; count++) {
      const sum = total - sums[values.length - count];
      const gain = (sum * sum) / count;
      if (gain > most) [most, scale] = [gain, sum / count];
    }
  };
  await inRanges(values.length, tryCounts, pause);
  return scale;
}
