import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { gatherAxis } from '../src/gather-axis.js';

/** Element by element, from the definition. */
function gatherSlowly(
  bytes: Uint8Array,
  dims: readonly number[],
  axis: number,
  keep: readonly number[],
  width: number,
) {
  const size = (range: readonly number[]) => range.reduce((total, dim) => total * dim, 1);
  const inner = size(dims.slice(axis + 1)) * width;
  const slice = (dims[axis] ?? 0) * inner;
  const outer = Array.from({ length: size(dims.slice(0, axis)) }, (_, index) => index);
  return outer.flatMap((o) =>
    keep.flatMap((index) => [...bytes.subarray(o * slice + index * inner, o * slice + (index + 1) * inner)]),
  );
}

describe('gatherAxis', () => {
  const matrix = Uint8Array.of(1, 2, 3, 4, 5, 6);

  it('keeps rows and columns in the order given', () => {
    expect([...gatherAxis(matrix, [2, 3], 1, [0, 2], 1)]).toEqual([1, 3, 4, 6]);
    expect([...gatherAxis(matrix, [2, 3], 0, [1, 0], 1)]).toEqual([4, 5, 6, 1, 2, 3]);
    expect([...gatherAxis(matrix, [2, 3], -1, [2, 2], 1)]).toEqual([3, 3, 6, 6]);
  });

  it('can keep nothing', () => {
    expect(gatherAxis(matrix, [2, 3], 1, [], 1)).toHaveLength(0);
  });

  it('agrees with the definition for every width, run length and alignment', () => {
    const tensor = fc.record({
      dims: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 40 })),
      axis: fc.integer({ min: 0, max: 2 }),
      width: fc.constantFrom(1, 2, 3, 4, 8, 16),
      offset: fc.integer({ min: 0, max: 3 }),
      picks: fc.array(fc.nat(), { maxLength: 12 }),
    });
    fc.assert(
      fc.property(tensor, ({ dims, axis, width, offset, picks }) => {
        const length = dims[0] * dims[1] * dims[2] * width;
        const bytes = Uint8Array.from({ length: length + offset }, (_, i) => i * 7).subarray(offset);
        const keep = picks.map((pick) => pick % (dims[axis] ?? 1));
        expect([...gatherAxis(bytes, dims, axis, keep, width)]).toEqual(gatherSlowly(bytes, dims, axis, keep, width));
      }),
      { numRuns: 500 },
    );
  });

  it('refuses an index outside the axis, bytes that do not fit, an axis outside the rank', () => {
    expect(() => gatherAxis(matrix, [2, 3], 1, [0, 3], 1)).toThrow('index 3 is outside an axis of size 3');
    expect(() => gatherAxis(matrix, [2, 3], 1, [0.5], 1)).toThrow('index 0.5 is outside an axis of size 3');
    expect(() => gatherAxis(matrix, [2, 3], 1, [0], 2)).toThrow('bytes of the tensor: expected 12 bytes, got 6');
    expect(() => gatherAxis(matrix, [2, 3], 2, [0], 1)).toThrow('axis 2 is outside a tensor of rank 2');
  });
});
