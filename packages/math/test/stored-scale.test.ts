import { expect, it } from '@jest/globals';
import { randomValues } from '@onnx-compress/test-kit';
import {
  affineBlocks,
  blockExtremes,
  coveringBlocks,
  float16ToFloat32,
  float32ToFloat16,
  halfScale,
  symmetricBlocks,
} from '../src/index.js';

/** Of all sizes, subnormal ones of float16 among them. */
const SCALES = randomValues(6000, 5).map((value, at) => value * 2 ** ((at % 34) - 20));

const halved = (values: Float32Array) => float16ToFloat32(float32ToFloat16(values));

it('is the float16 nearest to a scale', () => {
  const scales = SCALES.filter((scale) => Math.abs(scale) >= 2 ** -24);
  expect(scales.some((scale) => Math.abs(scale) < 2 ** -14)).toBe(true);
  expect(scales.map(halfScale)).toEqual(halved(scales));
});

it('is never zero and never infinite', () => {
  expect([1e-30, -1e-30, 1e30, -1e30, 65_504, 65_519].map(halfScale)).toEqual([
    2 ** -24,
    -(2 ** -24),
    65_504,
    -65_504,
    65_504,
    65_504,
  ]);
});

const LAYOUT = { rows: 40, columns: 32, blockSize: 32 };

/** Rows of all sizes down to the smallest steps of float16. */
const VALUES = randomValues(1280, 6).map((value, at) => value * 2 ** (-Math.floor(at / 32) / 1.6));

const extremesOf = (values: Float32Array) => {
  const extremes = blockExtremes(values, LAYOUT);
  if (extremes === undefined) throw new Error('not finite');
  return extremes;
};

it('is what scales of blocks are before zero points are chosen', () => {
  const extremes = extremesOf(VALUES);
  const { scales, zeroPoints = new Uint8Array() } = affineBlocks(extremes, halfScale);
  expect(halved(scales)).toEqual(scales);
  expect(halved(symmetricBlocks(extremes, halfScale).scales)).toEqual(symmetricBlocks(extremes, halfScale).scales);
  for (const [block, scale] of scales.entries()) {
    const wanted = Math.min(15, -(extremes.lowest[block] ?? 0) / scale);
    expect(Math.abs((zeroPoints[block] ?? 0) - wanted)).toBeLessThanOrEqual(0.5);
  }
});

it('may be widened so that all numbers stay inside', () => {
  const extremes = extremesOf(VALUES.map((value, at) => value * 2 ** (Math.floor(at / 32) / 1.6)));
  const wider = (scale: number) => halfScale(scale * (1 + 2 ** -11));
  const { scales, zeroPoints = new Uint8Array() } = coveringBlocks(extremes, false, wider);
  expect(halved(scales)).toEqual(scales);
  for (const [block, scale] of scales.entries()) {
    const zero = zeroPoints[block] ?? 0;
    expect(-zero * scale).toBeLessThanOrEqual(extremes.lowest[block] ?? 0);
    expect((15 - zero) * scale).toBeGreaterThanOrEqual(extremes.highest[block] ?? 0);
  }
});
