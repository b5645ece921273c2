import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { murmurHash3 } from '../src/run/murmur-hash.js';
import { seededRandom, xoshiro128 } from '../src/run/random.js';

const take = (count: number, next: () => number): number[] => Array.from({ length: count }, next);

describe('murmurHash3', () => {
  it.each([
    ['', 0, 0],
    ['', 1, 0x514e28b7],
    ['', 0xffffffff, 0x81f16f39],
    ['a', 0x9747b28c, 0x7fa09ea6],
    ['aa', 0x9747b28c, 0x5d211726],
    ['aaa', 0x9747b28c, 0x283e0130],
    ['aaaa', 0x9747b28c, 0x5a97808a],
    ['Hello, world!', 0x9747b28c, 0x24884cba],
    ['The quick brown fox jumps over the lazy dog', 0x9747b28c, 0x2fa826cd],
  ])('of "%s" with seed %i is the published value', (text, seed, expected) => {
    expect(murmurHash3(new TextEncoder().encode(text), seed)).toBe(expected);
  });
});

describe('xoshiro128', () => {
  it('gives the first numbers of the reference implementation', () => {
    const next = xoshiro128(Uint32Array.of(1, 2, 3, 4));
    expect(take(10, next)).toEqual([
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
    ]);
  });
});

describe('seededRandom', () => {
  it('repeats for the same seed and stream and differs for others', () => {
    const first = take(5, seededRandom(7, 'inputs/x').uniform);
    expect(take(5, seededRandom(7, 'inputs/x').uniform)).toEqual(first);
    expect(take(5, seededRandom(8, 'inputs/x').uniform)).not.toEqual(first);
    expect(take(5, seededRandom(7, 'inputs/y').uniform)).not.toEqual(first);
  });

  it('never changes its numbers, since output files depend on them', () => {
    const random = seededRandom(0, 'stream');
    expect([random.uniform(), random.normal(), random.integer(1000)]).toEqual([
      0.40175122296972965, -0.8904884315068211, 611,
    ]);
  });

  it('is uniform: mean, variance and occupancy of 16 cells', () => {
    const values = take(40_000, seededRandom(1, 'uniform').uniform);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    expect(mean).toBeCloseTo(1 / 2, 2);
    expect(variance).toBeCloseTo(1 / 12, 2);
    const cells = new Array<number>(16).fill(0);
    for (const value of values) cells[Math.floor(value * 16)] = (cells[Math.floor(value * 16)] ?? 0) + 1;
    const chiSquare = cells.reduce((sum, count) => sum + (count - 2500) ** 2 / 2500, 0);
    expect(chiSquare).toBeLessThan(37.7);
  });

  it('is standard normal: first four moments', () => {
    const values = take(40_000, seededRandom(1, 'normal').normal);
    const moment = (power: number) => values.reduce((sum, value) => sum + value ** power, 0) / values.length;
    expect(moment(1)).toBeCloseTo(0, 1);
    expect(moment(2)).toBeCloseTo(1, 1);
    expect(Math.abs(moment(3))).toBeLessThan(0.1);
    expect(Math.abs(moment(4) - 3)).toBeLessThan(0.2);
  });

  it('draws integers within any bound and reaches all of a small one', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 2 ** 31 - 1 }), (seed, bound) => {
        const value = seededRandom(seed, 'integer').integer(bound);
        expect(Number.isInteger(value) && value >= 0 && value < bound).toBe(true);
      }),
    );
    const random = seededRandom(3, 'die');
    expect(new Set(take(200, () => random.integer(6)))).toEqual(new Set([0, 1, 2, 3, 4, 5]));
    expect(seededRandom(3, 'die').integer(2 ** 32)).toBeLessThan(2 ** 32);
  });

  it.each([0, -1, 1.5, 2 ** 32 + 1, Number.NaN])('refuses the bound %s', (bound) => {
    expect(() => seededRandom(0, 'x').integer(bound)).toThrow(RangeError);
  });
});
