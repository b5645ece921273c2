import { describe, expect, it } from '@jest/globals';
import { divideInto, toMatrix, transposed } from '../src/engine/paced-copies.js';

/** A pause that counts how often it was asked for. */
function counted() {
  let count = 0;
  const pause = async () => {
    count++;
  };
  return { pause, count: () => count };
}

/** Numbers that differ from their neighbours, with digits that single precision does not hold. */
function numbers(count: number): Float64Array {
  const values = new Float64Array(count);
  for (let at = 0; at < count; at++) values[at] = (at % 8191) / 3;
  return values;
}

const SIDES = [
  [1, 1],
  [3, 70],
  [70, 3],
  [33, 65],
  [1100, 1000],
  [2, 40_000],
] as const;

describe('copies of large matrices', () => {
  it.each(SIDES)('are transposed element by element: %i x %i', async (rows, columns) => {
    const values = new Float32Array(numbers(rows * columns));
    const { pause, count } = counted();
    const turned = await transposed({ rows, columns, values }, pause);
    expect([turned.rows, turned.columns]).toEqual([columns, rows]);
    const expected = new Float32Array(values.length);
    for (let at = 0; at < values.length; at++) {
      expected[(at % columns) * rows + Math.floor(at / columns)] = values[at] ?? 0;
    }
    expect(Buffer.compare(Buffer.from(turned.values.buffer), Buffer.from(expected.buffer))).toBe(0);
    expect(count() > 0).toBe(rows === 1100);
  });

  it('are rounded to single precision', async () => {
    const values = numbers(3 * 400_001);
    const matrix = await toMatrix(values, 3, async () => {});
    expect([matrix.rows, matrix.columns]).toEqual([3, 400_001]);
    expect(Buffer.compare(Buffer.from(matrix.values.buffer), Buffer.from(new Float32Array(values).buffer))).toBe(0);
  });

  it('are divided, in place as well', async () => {
    const values = numbers(1_100_000);
    const expected = values.map((value) => value / 0.7);
    await divideInto(values, values, 0.7, async () => {});
    expect(Buffer.compare(Buffer.from(values.buffer), Buffer.from(expected.buffer))).toBe(0);
  });
});
