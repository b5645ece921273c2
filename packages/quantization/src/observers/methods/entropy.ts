import type { Range } from '../../activations/activation-scale.js';
import { Divergence } from '../histogram/divergence.js';
import { filledBins, type Histogram, rangeOfBins } from '../histogram/histogram.js';

/** Levels for magnitudes: all steps of the integers where values have one sign, about half of them where they have two. */
const [ONE_SIGN, TWO_SIGNS] = [255, 128];

/** How often each distance from zero occurs, in bins. */
function magnitudesOf({ counts, zero }: Histogram): Float64Array {
  const magnitudes = new Float64Array(Math.max(zero + 1, counts.length - zero));
  for (const [bin, count] of counts.entries()) {
    const distance = Math.abs(bin - zero);
    magnitudes[distance] = (magnitudes[distance] ?? 0) + count;
  }
  return magnitudes;
}

/**
 * Zeros are left out in favour of as many as lie next to them, as NVIDIA's pytorch-quantization does: behind a Relu they
 * outweigh the rest, and every level holds them.
 */
function withoutZeros(magnitudes: Float64Array): Float64Array {
  const others = magnitudes.slice();
  others[0] = others[1] ?? 0;
  return others.subarray(0, filledBins(others).last + 1);
}

/** The last number of bins whose divergence is least. */
function bestThreshold(magnitudes: Float64Array, levels: number): number {
  const divergence = new Divergence(magnitudes, levels);
  let [best, smallest] = [magnitudes.length, Number.POSITIVE_INFINITY];
  for (let bins = levels; bins <= magnitudes.length; bins++) {
    const own = divergence.at(bins);
    if (own <= smallest) [best, smallest] = [bins, own];
  }
  return best;
}

/**
 * The range whose quantized values diverge least from what they were. Both ends lie equally far from zero, or where the
 * values end.
 */
export function entropyRange(histogram: Histogram, seen: Range): Range {
  const { zero } = histogram;
  const levels = seen.low < 0 && seen.high > 0 ? TWO_SIGNS : ONE_SIGN;
  const farthest = bestThreshold(withoutZeros(magnitudesOf(histogram)), levels) - 1;
  return rangeOfBins(histogram, zero - farthest, zero + farthest, seen);
}
