import type { Range } from '../../activations/activation-scale.js';
import { filledBins, type Histogram, rangeOfBins } from '../histogram/histogram.js';
import { SquaredError } from '../histogram/squared-error.js';

/** Two ends of a range, as bins. */
interface Ends {
  readonly first: number;
  readonly last: number;
}

/** The argument from `start` to `end` for which `error` is least; of equal ones the first. */
function least(start: number, end: number, error: (argument: number) => number): number {
  let [best, smallest] = [start, error(start)];
  for (let argument = start + 1; argument <= end; argument++) {
    const own = error(argument);
    if (own < smallest) [best, smallest] = [argument, own];
  }
  return best;
}

/** Moves one end after the other to where the error is least, until none moves; the error falls each time. */
function descend(error: SquaredError, { first, last }: Ends, lowest: number, highest: number, zero: number): Ends {
  const nextLast = least(zero, highest, (bin) => error.between(first, bin));
  const nextFirst = least(lowest, zero, (bin) => error.between(bin, nextLast));
  if (nextFirst === first && nextLast === last) return { first, last };
  return descend(error, { first: nextFirst, last: nextLast }, lowest, highest, zero);
}

/** The range with the least squared error of the quantized values; both ends are searched. */
export function mseRange(histogram: Histogram, seen: Range): Range {
  const { counts, zero } = histogram;
  const filled = filledBins(counts);
  const [lowest, highest] = [Math.min(filled.first, zero), Math.max(filled.last, zero)];
  const { first, last } = descend(new SquaredError(histogram), { first: lowest, last: highest }, lowest, highest, zero);
  return rangeOfBins(histogram, first, last, seen);
}
