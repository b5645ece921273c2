import { type CutMask, type FloatBits, WITHOUT_SIGN } from './mask.js';

/** Hands over the bits of some weights, tensor by tensor, the same ones in the same order each time. */
export type EachTensor = (visit: (bits: FloatBits) => void) => Promise<void>;

const HALF = 16;
const LOW_HALF = 0xff_ff;

/** The first bin with which at least `count` elements are reached, and how many lie before it. */
function locate(bins: Float64Array, count: number): { readonly bin: number; readonly before: number } {
  let before = 0;
  for (const [bin, size] of bins.entries()) {
    if (before + size >= count) return { bin, before };
    before += size;
  }
  throw new RangeError(`there are only ${before} elements, not ${count}`);
}

async function histogram(each: EachTensor, binOf: (magnitude: number) => number): Promise<Float64Array> {
  const bins = new Float64Array(1 << HALF);
  await each((bits) => {
    for (let index = 0; index < bits.length; index++) {
      const bin = binOf((bits[index] ?? 0) & WITHOUT_SIGN);
      if (bin >= 0) bins[bin] = (bins[bin] ?? 0) + 1;
    }
  });
  return bins;
}

/**
 * The mask that sets exactly the `count` smallest weights to zero, those that equal the largest of them from the end
 * on. Reads the weights twice and holds none: a histogram over the upper half of the bits of each magnitude finds the
 * bin, one over the lower half the magnitude itself.
 *
 * @param count from 1 to the number of elements
 */
export async function cutAt(count: number, each: EachTensor): Promise<CutMask> {
  const upper = locate(await histogram(each, (magnitude) => magnitude >>> HALF), count);
  const lowerBins = await histogram(each, (magnitude) =>
    magnitude >>> HALF === upper.bin ? magnitude & LOW_HALF : -1,
  );
  const lower = locate(lowerBins, count - upper.before);
  const gone = count - upper.before - lower.before;
  const magnitude = upper.bin * (1 << HALF) + lower.bin;
  return { kind: 'cut', magnitude, keepEqual: (lowerBins[lower.bin] ?? 0) - gone };
}
