import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { distanceSums } from '../src/distance-sums.js';
import type { ChannelLayout } from '../src/layout.js';

const nothing = async () => {};

/** The definition, element by element. */
function directly(values: Float32Array, { channels, inner }: ChannelLayout): number[] {
  const distance = (a: number, b: number) => {
    let sum = 0;
    for (let start = 0; start < values.length; start += channels * inner) {
      for (let i = start; i < start + inner; i++) {
        sum += ((values[i + a * inner] ?? 0) - (values[i + b * inner] ?? 0)) ** 2;
      }
    }
    return Math.sqrt(sum);
  };
  const all = [...Array(channels).keys()];
  return all.map((a) => all.reduce((sum, b) => sum + distance(a, b), 0));
}

const floats = (length: number) =>
  fc
    .array(fc.float({ min: -100, max: 100, noNaN: true }), { minLength: length, maxLength: length })
    .map((values) => Float32Array.from(values));

/** Deterministic values without structure, for layers too large to generate element by element. */
const spread = (length: number) => Float32Array.from({ length }, (_, index) => Math.sin(index * index + 1));

describe('distanceSums', () => {
  it('adds up the distances worked out by hand', async () => {
    const triangle = Float32Array.of(0, 0, 3, 4, 0, 4);
    expect([...(await distanceSums(triangle, { outer: 1, channels: 3, inner: 2 }, nothing))]).toEqual([9, 8, 7]);
  });

  it('is 0 for a single channel', async () => {
    expect([...(await distanceSums(Float32Array.of(5, 6), { outer: 1, channels: 1, inner: 2 }, nothing))]).toEqual([0]);
  });

  it('agrees with the definition on any layout', async () => {
    const layouts = fc.record({ outer: fc.nat(3), channels: fc.integer({ min: 1, max: 9 }), inner: fc.nat(4) });
    const cases = layouts.chain((layout) =>
      fc.tuple(fc.constant(layout), floats(layout.outer * layout.channels * layout.inner)),
    );
    await fc.assert(
      fc.asyncProperty(cases, async ([layout, values]) => {
        const expected = directly(values, layout);
        const sums = await distanceSums(values, layout, nothing);
        for (const [channel, sum] of sums.entries()) {
          expect(Math.abs(sum - (expected[channel] ?? 0))).toBeLessThanOrEqual(1e-9 * Math.max(...expected));
        }
      }),
    );
  });

  it.each([
    { outer: 1, channels: 261, inner: 300 },
    { outer: 300, channels: 131, inner: 1 },
    { outer: 5, channels: 128, inner: 103 },
  ])('agrees with the definition across blocks: %j', async (layout) => {
    const values = spread(layout.outer * layout.channels * layout.inner);
    const expected = directly(values, layout);
    const sums = await distanceSums(values, layout, nothing);
    for (const [channel, sum] of sums.entries()) expect(sum / (expected[channel] ?? 0)).toBeCloseTo(1, 12);
  });

  it('keeps its digits where channels differ by little', async () => {
    const layout = { outer: 1, channels: 3, inner: 40 };
    const values = Float32Array.from({ length: 120 }, (_, index) => 1000 + (index % 7) * 2 ** -10);
    const expected = directly(values, layout);
    for (const [channel, sum] of (await distanceSums(values, layout, nothing)).entries()) {
      expect(sum / (expected[channel] ?? 0)).toBeCloseTo(1, 12);
    }
  });

  it('gives equal channels the same sum, wherever they lie', async () => {
    const layout = { outer: 1, channels: 150, inner: 11 };
    const values = spread(150 * 11);
    for (const twin of [70, 149]) values.copyWithin(twin * 11, 0, 11);
    const sums = await distanceSums(values, layout, nothing);
    expect([sums[70], sums[149]]).toEqual([sums[0], sums[0]]);
    expect(
      (await distanceSums(new Float32Array(70).fill(0.1), { ...layout, channels: 70, inner: 1 }, nothing))[69],
    ).toBe(0);
  });

  it('moves with the channels when those are permuted', async () => {
    const channels = 6;
    const order = fc.shuffledSubarray([...Array(channels).keys()], { minLength: channels });
    await fc.assert(
      fc.asyncProperty(order, floats(channels * 5), async (permutation, values) => {
        const layout = { outer: 1, channels, inner: 5 };
        const permuted = Float32Array.from(permutation.flatMap((c) => [...values.subarray(c * 5, c * 5 + 5)]));
        const sums = await distanceSums(values, layout, nothing);
        for (const [index, sum] of (await distanceSums(permuted, layout, nothing)).entries()) {
          expect(sum).toBeCloseTo(sums[permutation[index] ?? 0] ?? Number.NaN, 9);
        }
      }),
    );
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('spreads %d to every sum', async (value) => {
    const sums = await distanceSums(Float32Array.of(1, value, 3), { outer: 1, channels: 3, inner: 1 }, nothing);
    expect([...sums]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
  });

  it('pauses after each pair of blocks, and stops when the pause throws', async () => {
    let pauses = 0;
    const layout = { outer: 1, channels: 257, inner: 1 };
    await distanceSums(new Float32Array(257), layout, async () => {
      pauses++;
    });
    expect(pauses).toBe(6);
    const stop = () => Promise.reject(new Error('stopped'));
    await expect(distanceSums(new Float32Array(257), layout, stop)).rejects.toThrow('stopped');
  });

  it('refuses a layout of another size', async () => {
    await expect(distanceSums(new Float32Array(3), { outer: 1, channels: 2, inner: 2 }, nothing)).rejects.toThrow(
      'the channel layout describes 4 elements, the values hold 3',
    );
  });
});
