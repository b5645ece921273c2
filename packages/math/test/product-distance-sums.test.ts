import { describe, expect, it } from '@jest/globals';
import { distanceSums } from '../src/distance-sums.js';
import type { ChannelLayout } from '../src/layout.js';
import { productDistanceSums, type RowProducts } from '../src/product-distance-sums.js';

/** Products as single-precision kernels compute them: every sum is rounded to float32 at each step. */
const float32Products: RowProducts = async (left, right, use) => {
  const products = new Float32Array(left.rows * right.rows);
  for (let a = 0; a < left.rows; a++) {
    for (let b = 0; b < right.rows; b++) {
      let sum = 0;
      for (let i = 0; i < left.columns; i++) {
        sum = Math.fround(sum + (left.values[a * left.columns + i] ?? 0) * (right.values[b * right.columns + i] ?? 0));
      }
      products[a * right.rows + b] = sum;
    }
  }
  use(products);
};

/** Deterministic values without structure. */
const spread = (length: number) => Float32Array.from({ length }, (_, index) => Math.sin(index * index + 1));

async function largestError(values: Float32Array, layout: ChannelLayout): Promise<number> {
  const sums = await productDistanceSums(values, layout, float32Products);
  const expected = await distanceSums(values, layout, async () => {});
  const errors = Array.from(expected, (exact, channel) => Math.abs((sums?.[channel] ?? Number.NaN) / exact - 1));
  return Math.max(...errors);
}

describe('productDistanceSums', () => {
  it.each([
    { outer: 1, channels: 70, inner: 300 },
    { outer: 300, channels: 65, inner: 1 },
    { outer: 5, channels: 64, inner: 103 },
    { outer: 1, channels: 520, inner: 3 },
  ])('agrees with double precision to 1e-5 on any layout: %j', async (layout) => {
    const values = spread(layout.outer * layout.channels * layout.inner);
    expect(await largestError(values, layout)).toBeLessThan(1e-5);
  });

  it('keeps its digits where all channels have much in common', async () => {
    const layout = { outer: 1, channels: 66, inner: 50 };
    expect(
      await largestError(
        spread(66 * 50).map((value) => 1000 + value / 64),
        layout,
      ),
    ).toBeLessThan(1e-5);
  });

  it('keeps its digits where channels lie close together around several centres', async () => {
    const layout = { outer: 1, channels: 66, inner: 50 };
    const values = spread(66 * 50).map((value, index) => (Math.floor(index / 50) % 3) + value * 2 ** -12);
    expect(await largestError(values, layout)).toBeLessThan(1e-5);
  });

  it.each([1e-25, 1e25])('does not leave the range of single precision for values of size %d', async (size) => {
    const layout = { outer: 1, channels: 64, inner: 20 };
    expect(
      await largestError(
        spread(64 * 20).map((value) => value * size),
        layout,
      ),
    ).toBeLessThan(1e-5);
  });

  it('gives equal channels the same sum, wherever they lie', async () => {
    const layout = { outer: 1, channels: 600, inner: 7 };
    const values = spread(600 * 7);
    for (const twin of [70, 512, 599]) values.copyWithin(twin * 7, 0, 7);
    const sums = await productDistanceSums(values, layout, float32Products);
    expect([sums?.[70], sums?.[512], sums?.[599]]).toEqual([sums?.[0], sums?.[0], sums?.[0]]);
  });

  it('never asks for more than 512 by 512 products at a time', async () => {
    const sizes: number[] = [];
    await productDistanceSums(spread(1100), { outer: 1, channels: 1100, inner: 1 }, (left, right, use) => {
      sizes.push(left.rows, right.rows);
      return float32Products(left, right, use);
    });
    expect(sizes).toEqual([512, 512, 512, 512, 512, 76, 512, 512, 512, 76, 76, 76]);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('leaves values with %d to double precision', async (value) => {
    const values = spread(64).fill(value, 3, 4);
    expect(await productDistanceSums(values, { outer: 1, channels: 64, inner: 1 }, float32Products)).toBeUndefined();
  });

  it('refuses a layout of another size', async () => {
    const sums = productDistanceSums(new Float32Array(3), { outer: 1, channels: 2, inner: 2 }, float32Products);
    await expect(sums).rejects.toThrow('the channel layout describes 4 elements, the values hold 3');
  });
});
