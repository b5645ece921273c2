import { describe, expect, it } from '@jest/globals';
import { lassoEntries, lassoPath } from '../../src/linear-algebra/lasso-path.js';
import { gramOf, product, randomMatrix } from './random-matrices.js';

const nothing = async () => {};

/** Contributions of channels that are correlated with each other, and their row sums. */
function channels(size: number, seed: number, rows = 3 * size) {
  const mixing = randomMatrix(size, size, seed + 1).map((value, at) => value + (at % (size + 1) === 0 ? 3 : 0));
  const gram = gramOf(product(randomMatrix(rows, size, seed), mixing, size, size), size);
  return { gram, target: product(gram, new Float64Array(size).fill(1), size, 1) };
}

/** By how much a solution misses the conditions for the least value, as a share of the largest target. */
function violation(
  gram: Float64Array,
  target: Float64Array,
  { lambda, coefficients }: { lambda: number; coefficients: Float64Array },
): number {
  const size = target.length;
  const fitted = product(gram, coefficients, size, 1);
  const misses = coefficients.map((coefficient, i) => {
    const correlation = (target[i] ?? 0) - (fitted[i] ?? 0);
    return coefficient === 0
      ? Math.max(0, Math.abs(correlation) - lambda)
      : Math.abs(correlation - lambda * Math.sign(coefficient));
  });
  return Math.max(...misses) / Math.max(...target.map(Math.abs));
}

const stay = (coefficients: Float64Array) => coefficients.filter((value) => value !== 0).length;

describe('lassoPath', () => {
  it('shrinks each channel by itself where they do not overlap', async () => {
    const gram = Float64Array.of(4, 0, 0, 0, 2, 0, 0, 0, 1);
    const { lambda, coefficients } = await lassoPath(gram, Float64Array.of(4, 2, 1), 3, { kept: 2 }, nothing);
    expect(lambda).toBeGreaterThanOrEqual(1);
    expect(lambda).toBeLessThan(2);
    expect([...coefficients]).toEqual([expect.closeTo((4 - lambda) / 4, 12), expect.closeTo((2 - lambda) / 2, 12), 0]);
  });

  it.each([
    { size: 3, kept: 1, seed: 31 },
    { size: 20, kept: 7, seed: 32 },
    { size: 64, kept: 40, seed: 33 },
    { size: 65, kept: 64, seed: 34 },
  ])('meets the conditions for the least value, size $size, $kept kept, seed $seed', async ({ size, kept, seed }) => {
    const { gram, target } = channels(size, seed);
    const selection = await lassoPath(gram, target, size, { kept }, nothing);
    expect(stay(selection.coefficients)).toBe(kept);
    expect(violation(gram, target, selection)).toBeLessThan(1e-6);
  });

  it('meets them with fewer rows than channels, seed 35', async () => {
    const { gram, target } = channels(30, 35, 12);
    const selection = await lassoPath(gram, target, 30, { kept: 10 }, nothing);
    expect(stay(selection.coefficients)).toBeLessThanOrEqual(10);
    expect(violation(gram, target, selection)).toBeLessThan(1e-6);
  });

  it('keeps all channels where all may stay, and none where none may', async () => {
    const { gram, target } = channels(8, 36);
    expect(stay((await lassoPath(gram, target, 8, { kept: 8 }, nothing)).coefficients)).toBe(8);
    expect(stay((await lassoPath(gram, target, 8, { kept: 0 }, nothing)).coefficients)).toBe(0);
  });

  it('keeps fewer where two come in together', async () => {
    const gram = Float64Array.of(1, 0, 0, 1);
    expect(stay((await lassoPath(gram, Float64Array.of(1, 1), 2, { kept: 1 }, nothing)).coefficients)).toBe(0);
  });

  it('keeps no channel without contribution or with one that is not finite', async () => {
    const gram = Float64Array.of(1, 0, Number.NaN, 0, 0, 0, Number.NaN, 0, Number.POSITIVE_INFINITY);
    const target = Float64Array.of(1, 0, Number.NaN);
    const { coefficients } = await lassoPath(gram, target, 3, { kept: 3 }, nothing);
    expect([...coefficients].map((value) => value !== 0)).toEqual([true, false, false]);
    expect([...coefficients].every(Number.isFinite)).toBe(true);
  });

  it('of nothing is nothing', async () => {
    const none = new Float64Array(0);
    expect(await lassoPath(none, none, 0, { kept: 1 }, nothing)).toEqual({ lambda: 0, coefficients: none });
    const zeros = await lassoPath(new Float64Array(4), new Float64Array(2), 2, { kept: 1 }, nothing);
    expect(zeros).toEqual({ lambda: 0, coefficients: new Float64Array(2) });
  });

  it('refuses lengths that do not fit', async () => {
    const [three, two, one] = [new Float64Array(3), new Float64Array(2), new Float64Array(1)];
    await expect(lassoPath(three, two, 2, { kept: 1 }, nothing)).rejects.toThrow('gram');
    await expect(lassoPath(new Float64Array(4), one, 2, { kept: 1 }, nothing)).rejects.toThrow('target');
  });
});

describe('lassoEntries', () => {
  it('is the target within a tenth where channels do not overlap', async () => {
    const target = Float64Array.of(4, -2, 0, 1);
    const gram = Float64Array.from({ length: 16 }, (_, at) => (at % 5 === 0 ? 1 : 0));
    const entries = await lassoEntries(gram, target, 4, nothing);
    for (const [channel, entry] of entries.entries()) {
      const size = Math.abs(target[channel] ?? 0);
      expect(Math.abs(entry - size)).toBeLessThanOrEqual(0.1 * size);
    }
    expect(entries[2]).toBe(0);
  });

  it.each([
    { size: 20, seed: 41 },
    { size: 64, seed: 42 },
  ])('a channel has a coefficient from its entry on, size $size, seed $seed', async ({ size, seed }) => {
    const { gram, target } = channels(size, seed);
    const entries = await lassoEntries(gram, target, size, nothing);
    for (const kept of [1, size / 4, size / 2]) {
      const { lambda, coefficients } = await lassoPath(gram, target, size, { kept }, nothing);
      for (const [channel, coefficient] of coefficients.entries()) {
        if (coefficient !== 0) expect(entries[channel]).toBeGreaterThanOrEqual(0.9 * lambda);
      }
      expect(entries.filter((entry) => entry > lambda / 0.9).length).toBeLessThanOrEqual(kept + 2);
    }
  });

  it('scores what is not finite, and no channels at all', async () => {
    const gram = Float64Array.of(1, Number.NaN, Number.NaN, Number.NaN);
    expect([...(await lassoEntries(gram, Float64Array.of(1, Number.NaN), 2, nothing))]).toEqual([1, 0]);
    expect(await lassoEntries(new Float64Array(0), new Float64Array(0), 0, nothing)).toHaveLength(0);
  });
});
