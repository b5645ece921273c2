import { describe, expect, it } from '@jest/globals';
import {
  affineBlocks,
  type BlockParameters,
  blockExtremes,
  halfQuadraticBlocks,
  restoreFromBlocks,
  roundToBlocks,
  symmetricBlocks,
} from '../src/index.js';

const numberAt = (values: ArrayLike<number>, index: number): number => values[index] ?? Number.NaN;

const pause = async () => {};
const LAYOUT = { rows: 8, columns: 80, blockSize: 32 };

/** Numbers with a few that are far larger, as weights have them. */
function heavyTailed(seed: number): Float32Array {
  let state = seed;
  return Float32Array.from({ length: 8 * 80 }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const uniform = state / 2 ** 31 - 1;
    return uniform ** 5 + 0.1 * uniform;
  });
}

function errorsOf(values: Float32Array, parameters: BlockParameters): Float32Array {
  const nibbles = new Uint8Array(values.length);
  const restored = new Float32Array(values.length);
  roundToBlocks(values, LAYOUT, parameters, nibbles);
  restoreFromBlocks(nibbles, LAYOUT, parameters, restored);
  return values.map((value, at) => value - numberAt(restored, at));
}

const power = (errors: Float32Array) => errors.reduce((sum, error) => sum + Math.abs(error) ** 0.7, 0);

function nearest(values: Float32Array, symmetric: boolean): BlockParameters {
  const extremes = blockExtremes(values, LAYOUT);
  if (extremes === undefined) throw new Error('not finite');
  return symmetric ? symmetricBlocks(extremes) : affineBlocks(extremes);
}

describe('half-quadratic blocks', () => {
  for (const symmetric of [true, false]) {
    it(`lowers its own sum in every block, ${symmetric ? 'symmetric' : 'asymmetric'}`, async () => {
      let [sumBefore, sumAfter] = [0, 0];
      for (const seed of [3, 4, 5, 6, 7]) {
        const values = heavyTailed(seed);
        const start = nearest(values, symmetric);
        const found = await halfQuadraticBlocks(values, LAYOUT, start, pause);
        const [before, after] = [errorsOf(values, start), errorsOf(values, found)];
        for (let row = 0; row < LAYOUT.rows; row++) {
          for (let first = 0; first < LAYOUT.columns; first += LAYOUT.blockSize) {
            const [from, end] = [row * 80 + first, row * 80 + Math.min(80, first + 32)];
            const limit = power(before.subarray(from, end)) * (1 + 1e-6);
            expect(power(after.subarray(from, end))).toBeLessThanOrEqual(limit);
          }
        }
        sumBefore += power(before);
        sumAfter += power(after);
        expect(found.zeroPoints === undefined).toBe(symmetric);
      }
      expect(sumAfter).toBeLessThan(0.97 * sumBefore);
    });
  }

  it('keeps numbers that blocks hold exactly, and blocks of zeros', async () => {
    const values = Float32Array.from({ length: 8 * 80 }, (_, at) => (at < 320 ? 0.25 * ((at % 16) - 8) : 0));
    const found = await halfQuadraticBlocks(values, LAYOUT, nearest(values, false), pause);
    expect(power(errorsOf(values, found))).toBe(0);
  });

  it('refuses lengths that do not fit', async () => {
    const start = nearest(heavyTailed(1), true);
    await expect(halfQuadraticBlocks(new Float32Array(3), LAYOUT, start, pause)).rejects.toThrow(RangeError);
  });
});
