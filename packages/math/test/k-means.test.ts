import { describe, expect, it } from '@jest/globals';
import { kMeans } from '../src/k-means.js';
import { WeightedBins } from '../src/k-means-bins.js';

const pause = async () => {};

/** Numbers like random ones, from a linear congruence. */
function numbers(count: number, seed: number): number[] {
  let state = seed * 7919 + 1;
  return Array.from({ length: count }, () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647 - 0.5;
  });
}

function errorOf(values: readonly number[], weights: readonly number[], from: number, to: number): number {
  const total = weights.slice(from, to).reduce((sum, weight) => sum + weight, 0);
  const mean = values.slice(from, to).reduce((sum, value, i) => sum + value * (weights[from + i] ?? 0), 0) / total;
  return values.slice(from, to).reduce((sum, value, i) => sum + (weights[from + i] ?? 0) * (value - mean) ** 2, 0);
}

/** The least error over all ways to cut the points. */
function leastError(values: readonly number[], weights: readonly number[], clusters: number, from = 0): number {
  if (clusters === 1) return errorOf(values, weights, from, values.length);
  let least = Number.POSITIVE_INFINITY;
  for (let cut = from + 1; cut <= values.length - clusters + 1; cut++) {
    least = Math.min(least, errorOf(values, weights, from, cut) + leastError(values, weights, clusters - 1, cut));
  }
  return least;
}

describe('k-means on a line', () => {
  it('is as good as the best of all ways to cut the points', async () => {
    for (let seed = 1; seed <= 40; seed++) {
      const count = 1 + (seed % 11);
      const values = numbers(count, seed).sort((a, b) => a - b);
      const weights = numbers(count, seed + 100).map((weight) => weight + 0.6);
      const clusters = Math.min(count, 1 + (seed % 5));
      const points = { values: Float64Array.from(values), weights: Float64Array.from(weights) };
      const found = await kMeans(points, clusters, pause);
      expect(found.error).toBeCloseTo(leastError(values, weights, clusters), 12);
      const nearest = values.map((value) => Math.min(...[...found.centres].map((centre) => (value - centre) ** 2)));
      const lost = nearest.reduce((sum, square, i) => sum + square * (weights[i] ?? 0), 0);
      expect(lost).toBeCloseTo(found.error, 12);
    }
  });

  it('loses less with every cluster more, and nothing with one for each point', async () => {
    const values = Float64Array.from(numbers(64, 3)).sort();
    const points = { values, weights: new Float64Array(64).fill(1) };
    let before = Number.POSITIVE_INFINITY;
    for (let clusters = 1; clusters <= 64; clusters++) {
      const { error, centres } = await kMeans(points, clusters, pause);
      expect(error).toBeLessThan(before);
      expect([...centres]).toEqual([...centres].sort((a, b) => a - b));
      before = error;
    }
    expect(before).toBeCloseTo(0, 14);
    expect((await kMeans(points, 100, pause)).centres).toHaveLength(64);
  });

  it('keeps its digits far from zero', async () => {
    const values = Float64Array.of(1e6, 1e6 + 1e-3, 1e6 + 1, 1e6 + 1.001);
    const { centres } = await kMeans({ values, weights: Float64Array.of(1, 1, 1, 1) }, 2, pause);
    expect(centres[0]).toBeCloseTo(1e6 + 0.0005, 8);
    expect(centres[1]).toBeCloseTo(1e6 + 1.0005, 8);
  });

  it('has no clusters of no points, and refuses to find none', async () => {
    const none = { values: new Float64Array(0), weights: new Float64Array(0) };
    expect(await kMeans(none, 3, pause)).toEqual({ centres: new Float64Array(0), error: 0 });
    expect(() => kMeans(none, 0, pause)).toThrow(RangeError);
  });
});

describe('weighted bins', () => {
  it('stand for the means of their numbers, weighted with the square of the scale', () => {
    const bins = new WeightedBins(-1, 1, 4);
    bins.add(Float32Array.of(9, 0.25, 0.125, -4), 1, 4, 0.5);
    bins.add(Float32Array.of(0.75), 0, 1, 1);
    const { values, weights } = bins.points();
    expect([...values]).toEqual([-8, 0.25, (0.5 * 0.25 + 0.75) / 1.25]);
    expect([...weights]).toEqual([0.25, 0.25, 1.25]);
  });
});
