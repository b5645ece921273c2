import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { countLess, sortValues, sortValuesAtOnce } from '../src/sorted-values.js';

const VALUES = fc.array(fc.float({ noNaN: true, noDefaultInfinity: true, min: -100, max: 100 }), { maxLength: 50 });

describe('sorted values', () => {
  it('rise, and have the sums of the first of them', () => {
    fc.assert(
      fc.property(VALUES, (values) => {
        const sorted = sortValuesAtOnce(Float32Array.from(values));
        expect([...sorted.values]).toEqual([...Float32Array.from(values).sort()]);
        for (const [index, sum] of sorted.sums.entries()) {
          const first = sorted.values.subarray(0, index).reduce((total, value) => total + value, 0);
          expect(sum).toBeCloseTo(first, 9);
        }
        expect(sorted.energy).toBeCloseTo(
          values.reduce((total, value) => total + value * value, 0),
          6,
        );
      }),
    );
  });

  it('are merged from blocks, with pauses, into what one sort gives', async () => {
    const values = Float32Array.from({ length: 3 * 2 ** 17 + 5 }, (_, index) => ((index * 7919) % 100_003) - 50_000);
    const { values: sorted } = await sortValues(values, async () => {});
    expect(sorted).toEqual(values.slice().sort());
  });

  it('tell how many are less than a limit', () => {
    fc.assert(
      fc.property(VALUES, fc.integer({ min: -100, max: 100 }), (values, limit) => {
        const sorted = sortValuesAtOnce(Float32Array.from(values));
        expect(countLess(sorted, limit)).toBe(values.filter((value) => value < limit).length);
      }),
    );
  });
});
