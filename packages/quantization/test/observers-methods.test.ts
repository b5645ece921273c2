import { describe, expect, it } from '@jest/globals';
import { randomValues } from '@onnx-compress/test-kit';
import fc from 'fast-check';
import type { Range } from '../src/activations/activation-scale.js';
import { inChunks } from '../src/observers/histogram/chunks.js';
import { Divergence } from '../src/observers/histogram/divergence.js';
import { BINS, binGrid, type Histogram } from '../src/observers/histogram/histogram.js';
import { strideFor } from '../src/observers/histogram/stride.js';
import { autoRange } from '../src/observers/methods/auto.js';
import { emaRange } from '../src/observers/methods/ema.js';
import { entropyRange } from '../src/observers/methods/entropy.js';
import { mseRange } from '../src/observers/methods/mse.js';
import { percentileRange } from '../src/observers/methods/percentile.js';
import { usualRange } from '../src/observers/methods/strange-items.js';

function seenIn(values: Float32Array): Range {
  return {
    low: values.reduce((least, value) => Math.min(least, value), 0),
    high: values.reduce((most, value) => Math.max(most, value), 0),
  };
}

function histogramOf(values: Float32Array): Histogram {
  const grid = binGrid(seenIn(values));
  if (grid === undefined) throw new Error('no range');
  const counts = new Float64Array(BINS);
  for (const value of values) {
    const bin = Math.round(value / grid.width) + grid.zero;
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return { ...grid, counts };
}

/** Squared error of the values themselves, quantized to 256 levels with an exact zero. */
function squaredError(values: Float32Array, { low, high }: Range): number {
  const scale = (high - low) / 255;
  const zero = Math.round(-low / scale);
  let sum = 0;
  for (const value of values) {
    const integer = Math.min(255, Math.max(0, Math.round(value / scale) + zero));
    sum += (value - (integer - zero) * scale) ** 2;
  }
  return sum;
}

/** Kullback-Leibler divergence as its definition says, bin by bin. */
function divergenceByDefinition(magnitudes: Float64Array, levels: number, bins: number): number {
  const kept = [...magnitudes.subarray(0, bins)];
  const beyond = magnitudes.subarray(bins).reduce((sum, count) => sum + count, 0);
  const reference = kept.map((count, bin) => (bin === bins - 1 ? count + beyond : count));
  const levelOf = (bin: number) => Math.floor((bin * levels) / bins);
  const quantized = kept.map((count, bin) => {
    if (count === 0) return 0;
    const peers = kept.filter((_, other) => levelOf(other) === levelOf(bin));
    return peers.reduce((sum, peer) => sum + peer, 0) / peers.filter((peer) => peer > 0).length;
  });
  const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);
  return reference.reduce((total, count, bin) => {
    if (count === 0) return total;
    const [p, q] = [count / sum(reference), (quantized[bin] ?? 0) / sum(quantized)];
    return total + p * Math.log(p / q);
  }, 0);
}

const positive = (values: Float32Array) => values.map((value) => Math.max(0, value));

describe('percentile', () => {
  it('cuts as much from either end as it says', () => {
    const values = Float32Array.from({ length: 2001 }, (_, index) => index - 1000);
    const range = percentileRange(histogramOf(values), seenIn(values), 95);
    expect(range.low).toBeCloseTo(-900, -0.5);
    expect(range.high).toBeCloseTo(900, -0.5);
  });

  it('of 100 is all, and of any size keeps zero', () => {
    const values = Float32Array.of(3, 4, 5, 100);
    const histogram = histogramOf(values);
    expect(percentileRange(histogram, seenIn(values), 100)).toEqual({ low: 0, high: 100 });
    expect(percentileRange(histogram, seenIn(values), 60).low).toBe(0);
  });
});

describe('mse', () => {
  it.each([
    ['one sign', positive(randomValues(4000, 1)), 0],
    ['two signs', randomValues(4000, 2), 1],
    ['a long tail on one side', randomValues(4000, 3).map((value) => (value > 0 ? value ** 4 : value)), 1],
  ])('comes within 2 %% of the best range for values of %s', (_, values, signs) => {
    const seen = seenIn(values);
    const found = mseRange(histogramOf(values), seen);
    const parts = Array.from({ length: 12 }, (_, index) => (index + 1) / 12);
    const lows = signs === 0 ? [0] : parts.map((part) => part * seen.low);
    const errors = lows.flatMap((low) => parts.map((part) => squaredError(values, { low, high: part * seen.high })));
    expect(squaredError(values, found)).toBeLessThanOrEqual(Math.min(...errors) * 1.02);
  });

  it('clips one strange value, also where it leaves few bins to the rest', () => {
    const values = positive(randomValues(20_000, 4));
    for (const factor of [10, 60]) {
      const strange = Float32Array.from([...values, factor]);
      const range = mseRange(histogramOf(strange), seenIn(strange));
      expect(squaredError(strange, range)).toBeLessThanOrEqual(squaredError(strange, seenIn(strange)));
    }
  });
});

describe('entropy', () => {
  it('computes the divergence that the definition gives', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(20), { minLength: 12, maxLength: 40 }).filter((counts) => (counts.at(-1) ?? 0) > 0),
        fc.nat(),
        (counts, seed) => {
          const bins = 8 + (seed % (counts.length - 8));
          const magnitudes = Float64Array.from(counts);
          if ((counts[bins - 1] ?? 0) === 0) return;
          const own = new Divergence(magnitudes, 8).at(bins);
          expect(own).toBeCloseTo(divergenceByDefinition(magnitudes, 8, bins), 9);
        },
      ),
    );
  });

  it('clips the tail of a normal distribution, on both sides alike', () => {
    const values = randomValues(50_000, 5);
    const seen = seenIn(values);
    const range = entropyRange(histogramOf(values), seen);
    expect(range.high).toBeLessThan(seen.high);
    expect(range.high).toBeGreaterThan(2);
    expect(range.low).toBeCloseTo(-range.high, 5);
  });

  it('keeps all of what is spread evenly', () => {
    const values = Float32Array.from({ length: 50_000 }, (_, index) => index / 500);
    const range = entropyRange(histogramOf(values), seenIn(values));
    expect(range.high).toBeGreaterThan(99);
  });
});

describe('ema', () => {
  it('weighs the past by the momentum and keeps zero', () => {
    const items = [8, 4, 4].map((high) => ({ low: 0, high }));
    expect(emaRange(items, 0.5)).toEqual({ low: 0, high: 5 });
    expect(emaRange(items, 0)).toEqual({ low: 0, high: 4 });
  });
});

describe('auto', () => {
  const items = (...highs: readonly number[]): readonly Range[] => highs.map((high) => ({ low: -high / 2, high }));

  it('lies halfway between the least error and the extremes', () => {
    const values = randomValues(20_000, 6);
    const seen = seenIn(values);
    const least = mseRange(histogramOf(values), seen);
    const range = autoRange(histogramOf(values), [seen]);
    expect(range.high).toBeCloseTo(Math.sqrt(least.high * seen.high), 9);
    expect(range.low).toBeCloseTo(-Math.sqrt(least.low * seen.low), 9);
  });

  it('is hardly moved by one item of another number format', () => {
    const usual = positive(randomValues(20_000, 7));
    const among = { low: 0, high: seenIn(usual).high };
    const alone = autoRange(
      histogramOf(usual),
      Array.from({ length: 8 }, () => among),
    );
    const strange = Float32Array.from([...usual, ...usual.subarray(0, 2500).map((value) => value * 255)]);
    const highs = Array.from({ length: 7 }, (_, index) => ({ low: 0, high: among.high * (1 - index / 50) }));
    const range = autoRange(histogramOf(strange), [...highs, seenIn(strange)]);
    expect(range.high).toBeGreaterThan(alone.high * 0.8);
    expect(range.high).toBeLessThan(alone.high * 1.2);
  });

  it('leaves out items far beyond the others only, and none of a few', () => {
    expect(usualRange(items(10, 11, 12, 13, 14, 90))).toEqual({ low: -7, high: 14 });
    expect(usualRange(items(1, 3, 10, 30, 50, 90))).toEqual({ low: -45, high: 90 });
    expect(usualRange(items(1, 1, 90))).toEqual({ low: -45, high: 90 });
    expect(usualRange([])).toEqual({ low: 0, high: 0 });
  });

  it('keeps one-sided ranges and zeros as they are', () => {
    const values = positive(randomValues(5000, 8));
    expect(autoRange(histogramOf(values), [seenIn(values)]).low).toBe(0);
  });
});

describe('bins', () => {
  it('give zero a bin of its own and have room for both ends', () => {
    fc.assert(
      fc.property(
        fc.float({ min: 0, max: Math.fround(1e30), noNaN: true }),
        fc.float({ min: Math.fround(1e-20), max: Math.fround(1e30), noNaN: true }),
        (below, high) => {
          const grid = binGrid({ low: -below, high });
          if (grid === undefined) throw new Error('no grid');
          // As the graph computes it: in single precision, cut off after half a bin was added.
          const binOf = (value: number) =>
            Math.trunc(Math.fround(Math.fround(value * Math.fround(1 / grid.width)) + Math.fround(grid.zero + 0.5)));
          expect(binOf(0)).toBe(grid.zero);
          expect(binOf(-below)).toBeGreaterThanOrEqual(0);
          expect(binOf(high)).toBeLessThan(BINS);
        },
      ),
    );
  });
});

describe('strideFor', () => {
  it('counts small values whole and meets all channels of large ones', () => {
    expect(strideFor(65_536, 65_536)).toBe(1);
    expect(strideFor(0)).toBe(1);
    expect(strideFor(768 * 1000, 65_536)).toBe(13);
    expect(strideFor(3 * 5 * 7 * 11 * 13, 1000)).toBe(16);
  });
});

describe('inChunks', () => {
  it('keeps the order, fills chunks and gives large things one of their own', () => {
    expect(inChunks([1, 2, 3, 9, 1, 4], (size) => size, 5)).toEqual([[1, 2], [3], [9], [1, 4]]);
    expect(inChunks([], () => 1)).toEqual([]);
  });
});
