import {
  type BlockLayout,
  blocksPerRow,
  checkMatrix,
  checkParameters,
  HIGHEST_NIBBLE,
  MIDDLE_NIBBLE,
} from './block-layout.js';
import type { BlockParameters } from './block-parameters.js';
import { type Pause, paced, type Steps } from './linear-algebra/pacing.js';
import { roundHalfToEven } from './rounding.js';
import type { StoreScale } from './stored-scale.js';

/** Errors count by this power, so that a few large ones do not decide. */
const POWER = 0.7;

const ITERATIONS = 20;

/** Weight of the rounding against the errors set aside, in steps of the block, and what it grows by. */
const FIRST_PENALTY = 1;
const GROWTH = 1.1;

/** Parts of the range of a block that the iteration starts from. */
const STARTS = [1, 0.9, 0.8];

/** Negative ones give the eighth step to the other side of zero. */
const SYMMETRIC_STARTS = [1, 0.9, 0.8, 0.7, -1];

const SMALLEST_SCALE = 2 ** -126;

/** What a block is rounded with. */
interface Grid {
  readonly scale: number;
  readonly zeroPoint: number;
}

/**
 * Scales and zero points that make the sum of `|value - rounded|^0.7` small, by half-quadratic splitting: what exceeds a
 * shrinking threshold is set aside as an outlier, and scale and zero point are fitted to the rest. Never worse by that sum
 * than the parameters given. Needs no samples. Zero points are chosen where the parameters given have some.
 *
 * Source: Badri and Shaji, Half-Quadratic Quantization of Large Machine Learning Models, 2023, with integer zero points and
 * fitted scales.
 *
 * @param layout not transposed
 * @param nearest parameters to start from
 * @param store what becomes of a scale; nearest float32 when left out
 * @param pause called about every 25 ms
 * @throws RangeError when lengths do not fit the layout
 * @example
 * const better = await halfQuadraticBlocks(values, layout, affineBlocks(extremes), async () => {});
 */
export function halfQuadraticBlocks(
  values: Float32Array,
  layout: BlockLayout,
  nearest: BlockParameters,
  pause: Pause,
  store: StoreScale = Math.fround,
): Promise<BlockParameters> {
  return paced(halfQuadraticSteps(values, layout, nearest, store), pause);
}

function* halfQuadraticSteps(
  values: Float32Array,
  layout: BlockLayout,
  nearest: BlockParameters,
  store: StoreScale,
): Steps<BlockParameters> {
  checkMatrix('values', values.length, layout);
  checkParameters('scales', nearest.scales.length, layout);
  const scales = nearest.scales.slice();
  const zeroPoints = nearest.zeroPoints?.slice() ?? new Uint8Array(scales.length).fill(MIDDLE_NIBBLE);
  const perRow = blocksPerRow(layout);
  const symmetric = nearest.zeroPoints === undefined;
  for (let block = 0; block < scales.length; block++) {
    const own = (block % perRow) * layout.blockSize;
    const start = Math.floor(block / perRow) * layout.columns;
    const numbers = values.subarray(start + own, start + Math.min(layout.columns, own + layout.blockSize));
    const found = bestGrid(numbers, { scale: scales[block], zeroPoint: zeroPoints[block] }, symmetric, store);
    scales[block] = found.scale;
    zeroPoints[block] = found.zeroPoint;
    yield;
  }
  return symmetric ? { scales } : { scales, zeroPoints };
}

function bestGrid(numbers: Float32Array, nearest: Grid, symmetric: boolean, store: StoreScale): Grid {
  let best = nearest;
  let least = Number.POSITIVE_INFINITY;
  for (const part of symmetric ? SYMMETRIC_STARTS : STARTS) {
    let grid = { scale: store(nearest.scale * part), zeroPoint: nearest.zeroPoint };
    let last = Number.POSITIVE_INFINITY;
    for (let step = 0, penalty = FIRST_PENALTY; step < ITERATIONS; step++, penalty *= GROWTH) {
      const { loss, wanted } = fitted(numbers, grid, penalty, symmetric);
      if (!(loss < last)) break;
      if (loss < least) [best, least] = [grid, loss];
      if (!(Math.abs(wanted.scale) >= SMALLEST_SCALE)) break;
      [grid, last] = [{ ...wanted, scale: store(wanted.scale) }, loss];
    }
  }
  return best;
}

/** What rounding loses, and the least squares of what is no outlier on the nibbles. */
function fitted(
  numbers: Float32Array,
  { scale, zeroPoint }: Grid,
  penalty: number,
  symmetric: boolean,
): { readonly loss: number; readonly wanted: Grid } {
  const count = numbers.length;
  let [loss, sum, nibbleSum, product, square] = [0, 0, 0, 0, 0];
  for (let at = 0; at < count; at++) {
    const steps = numbers[at] / scale;
    const nibble = Math.min(HIGHEST_NIBBLE, Math.max(0, roundHalfToEven(steps) + zeroPoint));
    const error = steps - (nibble - zeroPoint);
    const size = Math.abs(error);
    const power = size > 0 ? Math.exp(POWER * Math.log(size)) : 0;
    const setAside = Math.max(0, size - power / (size * penalty));
    const kept = size > 0 ? steps - Math.sign(error) * setAside : steps;
    loss += power;
    sum += kept;
    nibbleSum += nibble;
    product += kept * nibble;
    square += nibble * nibble;
  }
  const spread = square - (nibbleSum * nibbleSum) / count;
  const slope = spread > 0 ? (product - (sum * nibbleSum) / count) / spread : 1;
  const middle = Math.round((nibbleSum - sum / slope) / count);
  const zero = symmetric || !Number.isFinite(middle) ? zeroPoint : Math.min(HIGHEST_NIBBLE, Math.max(0, middle));
  const size = square - 2 * zero * nibbleSum + count * zero * zero;
  const factor = size > 0 ? (product - zero * sum) / size : 1;
  const wanted = { scale: scale * factor, zeroPoint: zero };
  return { loss: loss * Math.abs(scale) ** POWER, wanted };
}
