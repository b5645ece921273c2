import { describe, expect, it } from '@jest/globals';
import { randomValues } from '@onnx-compress/test-kit';
import { alignSequences } from '../src/diff/align.js';
import { longestIncreasing } from '../src/diff/increasing.js';

/** Length of the longest common subsequence, by the textbook table. */
function longestCommon(first: readonly string[], second: readonly string[]): number {
  let row = new Array<number>(second.length + 1).fill(0);
  for (const entry of first) {
    const next = [0];
    for (const [index, other] of second.entries()) {
      next.push(entry === other ? (row[index] ?? 0) + 1 : Math.max(row[index + 1] ?? 0, next[index] ?? 0));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}

function expectSound(
  first: readonly string[],
  second: readonly string[],
  pairs: readonly (readonly [number, number])[],
) {
  let [x, y] = [-1, -1];
  for (const [nextX, nextY] of pairs) {
    expect(nextX > x && nextY > y && first[nextX] !== undefined && first[nextX] === second[nextY]).toBe(true);
    [x, y] = [nextX, nextY];
  }
}

describe('the alignment of two sequences', () => {
  it('is the longest one on random sequences', () => {
    const numbers = randomValues(20_000, 7).values();
    const random = () => Math.abs(numbers.next().value ?? 0) % 1;
    for (let round = 0; round < 300; round++) {
      const letters = 1 + Math.floor(random() * 4);
      const make = () =>
        Array.from({ length: Math.floor(random() * 14) }, () =>
          String.fromCharCode(97 + Math.floor(random() * letters)),
        );
      const [first, second] = [make(), make()];
      const pairs = alignSequences(first, second);
      expectSound(first, second, pairs);
      expect(pairs.length).toBe(longestCommon(first, second));
    }
  });

  it('finds a block in the middle of sequences that otherwise have nothing in common', () => {
    const block = Array.from({ length: 500 }, (_, index) => `same ${index}`);
    const first = [...Array.from({ length: 300 }, (_, index) => `a ${index}`), ...block];
    const second = [...Array.from({ length: 400 }, (_, index) => `b ${index}`), ...block];
    expect(alignSequences(first, second)).toHaveLength(500);
  });

  it('stays sound and ends on ten thousand entries without likeness, and on ten thousand alike', () => {
    const make = (letter: string) => Array.from({ length: 10_000 }, (_, index) => `${letter} ${index}`);
    expect(alignSequences(make('a'), make('b'))).toEqual([]);
    expect(alignSequences(make('a'), make('a'))).toHaveLength(10_000);
    const mixed = make('a').map((entry, index) => (index % 3 === 0 ? `other ${index}` : entry));
    const pairs = alignSequences(make('a'), mixed);
    expectSound(make('a'), mixed, pairs);
    expect(pairs.length).toBeGreaterThan(6000);
  });
});

describe('a longest increasing subsequence', () => {
  it('is found', () => {
    const values = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5];
    const picked = longestIncreasing(values).map((index) => values[index] ?? 0);
    expect(picked).toHaveLength(4);
    expect([...picked].sort((a, b) => a - b)).toEqual(picked);
    expect(longestIncreasing([])).toEqual([]);
  });
});
