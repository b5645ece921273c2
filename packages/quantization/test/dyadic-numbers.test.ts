import { describe, expect, it } from '@jest/globals';
import { int32Tensor, type Model, present, readIndices } from '@onnx-compress/graph';
import { roundHalfToEven } from '@onnx-compress/math';
import { buildModel, randomValues, runModel } from '@onnx-compress/test-kit';
import { differingSums } from '../src/dyadic/exactness/differing-sums.js';
import { IntegerNodes } from '../src/dyadic/integer-form/integer-nodes.js';
import { rescale } from '../src/dyadic/integer-form/rescale.js';
import { bitLength, dyadicOf, dyadicValue } from '../src/dyadic/number/dyadic.js';
import { roundedProduct } from '../src/dyadic/number/requantize.js';
import { shortAbove, shortBelow, shortNearest } from '../src/dyadic/number/short-number.js';

/** float32 numbers above zero of all magnitudes. */
const floats = Array.from(randomValues(500, 3), (value, index) =>
  Math.fround(Math.abs(value) * 2 ** ((index % 200) - 100)),
);

describe('dyadicOf', () => {
  it('takes every float apart into an odd numerator and a power of two, exactly', () => {
    for (const value of [...floats, 2 ** -149, 1, 0.375, 2 ** 100]) {
      const dyadic = dyadicOf(value);
      expect(dyadicValue(dyadic)).toBe(value);
      expect(dyadic.numerator % 2).toBe(1);
      expect(bitLength(dyadic.numerator)).toBeLessThanOrEqual(24);
    }
    expect(dyadicOf(0.375)).toEqual({ numerator: 3, shift: 3 });
    expect(dyadicOf(0)).toEqual({ numerator: 0, shift: 0 });
  });
});

describe('short numbers', () => {
  it.each([1, 2, 5, 11])('of %d bits lie on the side asked for, and within one part in 2^(bits - 1)', (bits) => {
    for (const value of floats) {
      const [above, below, near] = [shortAbove(value, bits), shortBelow(value, bits), shortNearest(value, bits)];
      for (const short of [above, below, near]) expect(bitLength(dyadicOf(short).numerator)).toBeLessThanOrEqual(bits);
      expect(above / value).toBeGreaterThanOrEqual(1);
      expect(above / value).toBeLessThan(1 + 2 ** (1 - bits) + 1e-9);
      expect(below / value).toBeLessThanOrEqual(1);
      expect(Math.abs(near - value)).toBeLessThanOrEqual(Math.min(above - value, value - below));
    }
  });

  it('stay as they are where they are short', () => {
    expect([shortAbove(0.375, 2), shortBelow(0.375, 2), shortAbove(4, 1)]).toEqual([0.375, 0.375, 4]);
  });
});

/** Every integer from -count to count. */
const around = (count: number) => Array.from({ length: 2 * count + 1 }, (_, index) => index - count);

/** int32 integers, rescaled to uint8. */
function rescaling(integers: readonly number[], multiplier: number, zeroPoint: number): Model {
  const model = buildModel({
    inputs: { x: ['int32', [integers.length]] },
    outputs: { y: ['uint8', [integers.length]] },
    nodes: [
      { opType: 'Neg', inputs: ['x'], outputs: ['n'] },
      { opType: 'Cast', inputs: ['n'], outputs: ['y'], attributes: { to: { int: 2 } } },
    ],
  });
  const [negative, cast] = model.graph.nodes;
  present(cast, 'Cast').setOutput(0, 'unread');
  const result = { name: 'y', dataType: 'uint8', scale: 1, zeroPoint, zeroPointName: '', folded: [] } as const;
  const bounds = [Math.max(...integers.map(Math.abs))];
  rescale(
    new IntegerNodes(present(negative, 'Neg'), 'y'),
    { integers: 'n', multipliers: [multiplier], bounds, dims: [] },
    result,
  );
  return model;
}

describe('rescaling in a graph of integers', () => {
  it.each([
    [0.5, 100],
    [0.25, 7],
    [0.375, 0],
    [3, 128],
    [0.0107421875, 60],
    [1 / 3, 3],
  ])('by %d, to the zero point %d, equals BigInt with ties to even', async (multiplier, zeroPoint) => {
    const factor = Math.fround(multiplier);
    const integers = around(2000);
    const model = rescaling(integers, factor, zeroPoint);
    const outputs = await runModel(model, {
      x: int32Tensor(
        [integers.length],
        integers.map((one) => -one),
      ),
    });
    const expected = integers.map((integer) => {
      const rounded = Number(roundedProduct(BigInt(integer), dyadicOf(factor))) + zeroPoint;
      return Math.min(255, Math.max(0, rounded));
    });
    expect(await readIndices(present(outputs.get('y'), 'y'))).toEqual(expected);
  });
});

describe('differingSums', () => {
  /** By trying every sum; the products are exact as doubles. */
  function counted(multiplier: number, bound: number): number {
    let count = 0;
    for (let sum = -bound; sum <= bound; sum++) {
      const float = roundHalfToEven(Math.fround(sum * multiplier));
      if (float !== roundHalfToEven(sum * multiplier) && float >= -100 && float <= 156) count++;
    }
    return count;
  }

  it('counts the sums that float32 rounds to the other neighbour, as trying all of them does', () => {
    const multipliers = Array.from({ length: 12 }, (_, index) => Math.fround(0.00031 * (1 + index / 7.3)));
    const counts = multipliers.map((multiplier) => differingSums(multiplier, { least: -100, most: 155 }, 400_000));
    expect(counts).toEqual(multipliers.map((multiplier) => counted(multiplier, 400_000)));
    expect(Math.max(...counts)).toBeGreaterThan(0);
  });
});
