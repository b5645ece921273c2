import type { BlockExtremes } from './block-extremes.js';
import { HIGHEST_NIBBLE, MIDDLE_NIBBLE } from './block-layout.js';
import type { StoreScale } from './stored-scale.js';

/** Below this a float32 scale would be subnormal, and its inverse not finite. */
const SMALLEST_SCALE = 2 ** -126;

/**
 * How many steps the largest number of a block and the one on the other side of zero are long. Up to 8.5 steps nothing is
 * off by more than half a step, but then the largest numbers of all blocks shrink, layer after layer.
 */
const REACH_BELOW = 8;
const REACH_ABOVE = 7.5;

/** A scale for each block, and what stands for zero; the middle of the range where there are no zero points. */
export interface BlockParameters {
  readonly scales: Float32Array;
  readonly zeroPoints?: Uint8Array;
}

/**
 * Scales with which no number of a block is further than half a step from `scale * (nibble - 8)`, and the largest one is
 * met. The integers reach one step further below zero than above, so a scale is negative where the largest number of its
 * block is positive. 1 for blocks of zeros.
 *
 * @param store what becomes of a scale that is not zero; nearest float32 when left out
 */
export function symmetricBlocks({ lowest, highest }: BlockExtremes, store: StoreScale = Math.fround): BlockParameters {
  const scales = new Float32Array(lowest.length);
  for (let block = 0; block < scales.length; block++) {
    const [low, high] = [-lowest[block], highest[block]];
    const scale = low >= high ? reaching(low, high) : -reaching(high, low);
    scales[block] = Math.abs(scale) < SMALLEST_SCALE ? 1 : store(scale);
  }
  return { scales };
}

function reaching(below: number, above: number): number {
  return Math.max(below / REACH_BELOW, above / REACH_ABOVE);
}

/**
 * `(highest - lowest) / 15` with the zero point that is nearest to `-lowest / scale`; 1 and 8 for blocks of zeros.
 *
 * @param store what becomes of a scale that is not zero; nearest float32 when left out
 */
export function affineBlocks({ lowest, highest }: BlockExtremes, store: StoreScale = Math.fround): BlockParameters {
  const zeroPoints = new Uint8Array(lowest.length);
  const scales = new Float32Array(lowest.length);
  for (let block = 0; block < scales.length; block++) {
    const low = lowest[block];
    const wanted = (highest[block] - low) / HIGHEST_NIBBLE;
    const isZero = Math.fround(wanted) < SMALLEST_SCALE;
    const scale = isZero ? 1 : store(wanted);
    scales[block] = scale;
    zeroPoints[block] = isZero ? MIDDLE_NIBBLE : Math.min(HIGHEST_NIBBLE, (0.5 - low / scale) | 0);
  }
  return { scales, zeroPoints };
}

/** Parameters [rows, blocks] as [blocks, rows]. */
export function transposedParameters({ scales, zeroPoints }: BlockParameters, rows: number): BlockParameters {
  const turned = new Float32Array(scales.length);
  for (let row = 0, from = 0; row < rows; row++) {
    for (let to = row; to < turned.length; to += rows) turned[to] = scales[from++];
  }
  if (zeroPoints === undefined) return { scales: turned };
  const turnedZeros = new Uint8Array(zeroPoints.length);
  for (let row = 0, from = 0; row < rows; row++) {
    for (let to = row; to < turnedZeros.length; to += rows) turnedZeros[to] = zeroPoints[from++];
  }
  return { scales: turned, zeroPoints: turnedZeros };
}
