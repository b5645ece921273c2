import type { BlockExtremes } from './block-extremes.js';
import {
  type BlockLayout,
  blocksPerRow,
  checkMatrix,
  checkParameters,
  HIGHEST_NIBBLE,
  MIDDLE_NIBBLE,
} from './block-layout.js';
import type { BlockParameters } from './block-parameters.js';
import { roundStochastically, uniformAt } from './stochastic-rounding.js';
import type { StoreScale } from './stored-scale.js';

const SMALLEST_SCALE = 2 ** -126;

/** Widens scales by more than the rounding to float32 takes, so that no number falls outside. */
const ROOM = 1 + 2 ** -20;

/**
 * The smallest scales with which all numbers of a block lie between the lowest and the highest nibble, so that both of
 * its neighbours exist for each: what stochastic rounding needs to be right on average. 1 for blocks of zeros.
 *
 * @param symmetric without zero points; scales may be negative
 * @param store what becomes of a scale that is not zero, not to be nearer to zero; nearest float32 when left out
 */
export function coveringBlocks(
  { lowest, highest }: BlockExtremes,
  symmetric: boolean,
  store: StoreScale = Math.fround,
): BlockParameters {
  const scales = new Float32Array(lowest.length).fill(1);
  const zeroPoints = new Uint8Array(lowest.length).fill(MIDDLE_NIBBLE);
  for (let block = 0; block < scales.length; block++) {
    const [low, high] = [-lowest[block], highest[block]];
    const scale = symmetric ? signedScale(low, high) : ((low + high) / (HIGHEST_NIBBLE - 1)) * ROOM;
    if (Math.abs(scale) < SMALLEST_SCALE) continue;
    scales[block] = store(scale);
    if (!symmetric) zeroPoints[block] = Math.ceil(low / scales[block]);
  }
  return symmetric ? { scales } : { scales, zeroPoints };
}

/** The nibbles reach one step further below zero than above. */
function signedScale(low: number, high: number): number {
  const [long, short] = [MIDDLE_NIBBLE, HIGHEST_NIBBLE - MIDDLE_NIBBLE];
  return (low >= high ? Math.max(low / long, high / short) : -Math.max(high / long, low / short)) * ROOM;
}

/**
 * Rounds a row of a matrix in blocks to the nibble below or above, with the probability that makes their mean the number
 * itself. The same seed and row give the same nibbles.
 *
 * @param values rows x columns, not transposed
 * @param target takes one nibble for each value of the row
 * @throws RangeError when lengths do not fit the layout
 * @see roundStochastically
 */
export function roundRowAtRandom(
  values: Float32Array,
  layout: BlockLayout,
  { scales, zeroPoints }: BlockParameters,
  { row, seed }: { readonly row: number; readonly seed: number },
  target: Uint8Array,
): void {
  checkMatrix('values', values.length, layout);
  checkParameters('scales', scales.length, layout);
  const { columns, blockSize } = layout;
  const blocks = row * blocksPerRow(layout);
  for (let column = 0; column < columns; column++) {
    const block = blocks + Math.floor(column / blockSize);
    const at = row * columns + column;
    const steps = roundStochastically(values[at] / scales[block], uniformAt(seed, at));
    const nibble = steps + (zeroPoints === undefined ? MIDDLE_NIBBLE : zeroPoints[block]);
    target[column] = Math.max(0, Math.min(HIGHEST_NIBBLE, nibble));
  }
}
