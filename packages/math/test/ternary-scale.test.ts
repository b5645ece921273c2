import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { sortValuesAtOnce } from '../src/sorted-values.js';
import { ternaryScale } from '../src/ternary-scale.js';

const VALUES = fc.array(fc.float({ noNaN: true, noDefaultInfinity: true, min: -10, max: 10 }), {
  minLength: 1,
  maxLength: 9,
});

const scaleOf = (values: readonly number[]) =>
  ternaryScale(sortValuesAtOnce(Float32Array.from(values).map(Math.abs)), async () => {});

function error(values: readonly number[], scale: number): number {
  return values.reduce((sum, value) => sum + Math.min(value ** 2, (Math.abs(value) - scale) ** 2), 0);
}

/** The least error of all assignments of -1, 0 and 1, each with its own best scale. */
function leastError(values: readonly number[]): number {
  let least = Number.POSITIVE_INFINITY;
  for (let code = 0; code < 3 ** values.length; code++) {
    const signs = values.map((_, index) => (Math.floor(code / 3 ** index) % 3) - 1);
    const used = signs.filter((sign) => sign !== 0).length;
    const product = signs.reduce((sum, sign, index) => sum + sign * (values[index] ?? 0), 0);
    const scale = used === 0 ? 0 : product / used;
    least = Math.min(
      least,
      values.reduce((sum, value, index) => sum + (value - scale * (signs[index] ?? 0)) ** 2, 0),
    );
  }
  return least;
}

describe('ternaryScale', () => {
  it('has the least error of all assignments and scales', async () => {
    await fc.assert(
      fc.asyncProperty(
        VALUES.filter(({ length }) => length <= 7),
        async (values) => {
          const energy = values.reduce((sum, value) => sum + value ** 2, 0);
          expect(error(values, await scaleOf(values))).toBeLessThanOrEqual(leastError(values) + 1e-6 * energy + 1e-12);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('is never worse than the threshold 0.7 of the mean magnitude', async () => {
    await fc.assert(
      fc.asyncProperty(VALUES, async (values) => {
        const magnitudes = values.map(Math.abs);
        const mean = magnitudes.reduce((sum, value) => sum + value, 0) / values.length;
        const kept = magnitudes.filter((value) => value > 0.7 * mean);
        const scale = kept.length === 0 ? 0 : kept.reduce((sum, value) => sum + value, 0) / kept.length;
        expect(error(values, await scaleOf(values))).toBeLessThanOrEqual(error(values, scale) * (1 + 1e-6) + 1e-12);
      }),
    );
  });

  it('is 0 where there is nothing but zeros', async () => {
    expect([await scaleOf([]), await scaleOf([0, -0, 0])]).toEqual([0, 0]);
  });
});
