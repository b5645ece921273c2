import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { roundByGram } from '../src/index.js';

const RANGE = { low: -127, high: 127 };

const numberAt = (values: ArrayLike<number>, index: number): number => values[index] ?? Number.NaN;

/** (q - t)^T G (q - t). */
function errorOf(q: ArrayLike<number>, targets: Float64Array, gram: Float64Array): number {
  const errors = Array.from(targets, (target, index) => numberAt(q, index) - target);
  return errors.reduce((sum, first, row) => {
    const product = errors.reduce((part, second, at) => part + second * numberAt(gram, row * errors.length + at), 0);
    return sum + first * product;
  }, 0);
}

/** A^T A of a matrix of rows. */
function gramOf(rows: readonly (readonly number[])[], size: number): Float64Array {
  return Float64Array.from({ length: size * size }, (_, at) =>
    rows.reduce((sum, row) => sum + numberAt(row, Math.floor(at / size)) * numberAt(row, at % size), 0),
  );
}

describe('rounding by a Gram matrix', () => {
  it('lets two numbers that are always added share one step', () => {
    const q = new Int8Array(2);
    const { error, nearest } = roundByGram(Float64Array.of(0.4, 0.4), Float64Array.of(1, 1, 1, 1), RANGE, q);
    expect([...q].sort()).toEqual([0, 1]);
    expect(nearest).toBeCloseTo(0.64, 12);
    expect(error).toBeCloseTo(0.04, 12);
  });

  it('rounds to the nearest where the inputs have nothing to do with each other', () => {
    const q = new Int8Array(3);
    roundByGram(Float64Array.of(0.5, -1.6, 2.4), Float64Array.of(1, 0, 0, 0, 5, 0, 0, 0, 2), RANGE, q);
    expect([...q]).toEqual([0, -2, 2]);
  });

  it('stays in the range', () => {
    const q = new Int8Array(2);
    roundByGram(Float64Array.of(200, -0.4), Float64Array.of(1, 0.9, 0.9, 1), RANGE, q);
    expect(q[0]).toBe(127);
    expect(q[1]).toBeLessThanOrEqual(127);
  });

  it('never does worse than the nearest integers, and tells its error rightly', () => {
    const sizes = fc.integer({ min: 1, max: 6 });
    const net = sizes.chain((size) =>
      fc.record({
        targets: fc.array(fc.double({ min: -20, max: 20, noNaN: true }), { minLength: size, maxLength: size }),
        rows: fc.array(fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: size, maxLength: size }), {
          minLength: 1,
          maxLength: 8,
        }),
      }),
    );
    fc.assert(
      fc.property(net, ({ targets, rows }) => {
        const wanted = Float64Array.from(targets);
        const gram = gramOf(rows, wanted.length);
        const q = new Int8Array(wanted.length);
        const { error, nearest } = roundByGram(wanted, gram, RANGE, q);
        const scale = 1 + nearest;
        expect(error).toBeLessThanOrEqual(nearest);
        expect(Math.abs(errorOf(q, wanted, gram) - error) / scale).toBeLessThan(1e-6);
      }),
      { numRuns: 300 },
    );
  });

  it('refuses matrices of another size', () => {
    expect(() => roundByGram(new Float64Array(2), new Float64Array(3), RANGE, new Int8Array(2))).toThrow(RangeError);
  });
});
