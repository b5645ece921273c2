import { type BlockExtremes, type BlockParameters, halfScale, type StoreScale } from '@onnx-compress/math';

/** How scales are stored. */
export type ScaleType = 'float16' | 'float32';

/** What becomes of the scales of a type before integers are chosen. */
export const STORED: Readonly<Record<ScaleType, StoreScale>> = { float16: halfScale, float32: Math.fround };

/** Half of what float16 takes from a scale at most, so that no number falls outside a wider one. */
const ROOM = 1 + 2 ** -11;

/** As {@link STORED}, but not nearer to zero. */
export const STORED_WIDER: Readonly<Record<ScaleType, StoreScale>> = {
  float16: (scale) => halfScale(scale * ROOM),
  float32: Math.fround,
};

/** From zero to the last of 16 integers. */
const STEPS = 15;

/** Part of the energy of a weight that float16 may cost: a hundredth of what 4 bits do. */
const NEGLIGIBLE = 1e-4;

/**
 * Whether float16 is fine enough for the scales of a weight. Numbers of a block move by 15 times what its scale does at most,
 * which is nothing where float16 has all its bits, but much where blocks are as small as its smallest steps: these may only
 * move where others are so large that it does not matter.
 */
export function holdsHalves(
  { lowest, highest }: BlockExtremes,
  blockSize: number,
  [exact, halved]: readonly [BlockParameters, BlockParameters],
): boolean {
  let [energy, moved] = [0, 0];
  for (const [block, scale] of exact.scales.entries()) {
    energy += Math.max(-(lowest[block] ?? 0), highest[block] ?? 0) ** 2;
    moved += blockSize * (STEPS * (scale - (halved.scales[block] ?? 0))) ** 2;
  }
  return moved <= NEGLIGIBLE * energy;
}
