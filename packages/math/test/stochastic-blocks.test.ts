import { describe, expect, it } from '@jest/globals';
import { blockExtremes, coveringBlocks, restoreFromBlocks, roundRowAtRandom } from '../src/index.js';

/** Five blocks in a row, the last of them shorter. */
const LAYOUT = { rows: 6, columns: 70, blockSize: 16 };
const VALUES = Float32Array.from({ length: 420 }, (_, at) => Math.sin(3 * at + 1) + (at < 140 ? 2 : at < 210 ? -2 : 0));
const DRAWS = 1000;

/** Standard errors that a mean leaves by chance once in a million times. */
const FAR = 4.9;

function parametersOf(values: Float32Array, symmetric: boolean) {
  const extremes = blockExtremes(values, LAYOUT);
  if (extremes === undefined) throw new Error('the values are finite');
  return coveringBlocks(extremes, symmetric);
}

function restored(values: Float32Array, symmetric: boolean, seed: number): Float32Array {
  const parameters = parametersOf(values, symmetric);
  const nibbles = new Uint8Array(values.length);
  for (let row = 0; row < LAYOUT.rows; row++) {
    const target = nibbles.subarray(row * LAYOUT.columns, (row + 1) * LAYOUT.columns);
    roundRowAtRandom(values, LAYOUT, parameters, { row, seed }, target);
  }
  const floats = new Float32Array(values.length);
  restoreFromBlocks(nibbles, LAYOUT, parameters, floats);
  return floats;
}

/** How far each number is from the original, in steps of its block. */
function errorsInSteps(given: Float32Array, symmetric: boolean): Float32Array {
  const { scales } = parametersOf(VALUES, symmetric);
  const blocks = Math.ceil(LAYOUT.columns / LAYOUT.blockSize);
  return given.map((value, at) => {
    const [row, column] = [Math.floor(at / LAYOUT.columns), at % LAYOUT.columns];
    const scale = scales[row * blocks + Math.floor(column / LAYOUT.blockSize)] ?? 0;
    return Math.abs((value - (VALUES[at] ?? 0)) / scale);
  });
}

describe.each([true, false])('stochastic rounding in blocks, symmetric: %s', (symmetric) => {
  it('moves every number less than a step, the largest of a block too', () => {
    for (let seed = 0; seed < 20; seed++) {
      expect(Math.max(...errorsInSteps(restored(VALUES, symmetric, seed), symmetric))).toBeLessThan(1.0001);
    }
  });

  it('is right on average for every number', () => {
    const means = new Float64Array(VALUES.length);
    for (let seed = 0; seed < DRAWS; seed++) {
      const given = restored(VALUES, symmetric, seed);
      for (const [at, value] of given.entries()) means[at] = (means[at] ?? 0) + value / DRAWS;
    }
    const errors = errorsInSteps(Float32Array.from(means), symmetric);
    expect(Math.max(...errors)).toBeLessThan((FAR * 0.5) / Math.sqrt(DRAWS));
  });

  it('gives the same for the same seed only', () => {
    expect(restored(VALUES, symmetric, 1)).toEqual(restored(VALUES, symmetric, 1));
    expect(restored(VALUES, symmetric, 1)).not.toEqual(restored(VALUES, symmetric, 2));
  });

  it('keeps zeros', () => {
    const zeros = new Float32Array(VALUES.length);
    expect(restored(zeros, symmetric, 3)).toEqual(zeros);
  });
});
