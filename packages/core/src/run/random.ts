import type { Random } from '../context.js';
import { murmurHash3 } from './murmur-hash.js';

const TWO_POW_32 = 2 ** 32;

/**
 * Opens the pseudo-random stream of a name. Streams of different names or seeds are independent, so a step that
 * draws more numbers does not change those of another.
 *
 * Generator: xoshiro128** 1.1 (Blackman and Vigna, "Scrambled linear pseudorandom number generators", ACM TOMS 2021,
 * https://prng.di.unimi.it/xoshiro128starstar.c). Its four state words are MurmurHash3 of `seed/stream` under the hash
 * seeds 1 to 4.
 *
 * @example seededRandom(0, 'inputs/x').uniform();
 */
export function seededRandom(seed: number, stream: string): Random {
  const next = xoshiro128(stateWords(seed, stream));
  const uniform = (): number => ((next() >>> 5) * 2 ** 26 + (next() >>> 6)) / 2 ** 53;
  return { uniform, normal: normalFrom(uniform), integer: (bound) => integerBelow(bound, next) };
}

function stateWords(seed: number, stream: string): Uint32Array {
  const key = new TextEncoder().encode(`${seed}/${stream}`);
  return Uint32Array.from([1, 2, 3, 4], (hashSeed) => murmurHash3(key, hashSeed));
}

/** Source of unsigned 32-bit integers; advances `state` in place. */
export function xoshiro128(state: Uint32Array): () => number {
  let [a = 0, b = 0, c = 0, d = 0] = state;
  return () => {
    const result = Math.imul(rotateLeft(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotateLeft(d, 11);
    return result;
  };
}

function rotateLeft(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

/** Normal numbers in pairs by the polar method (Marsaglia and Bray 1964); the second of a pair is kept. */
function normalFrom(uniform: () => number): () => number {
  let spare: number | undefined;
  return () => {
    if (spare !== undefined) {
      const kept = spare;
      spare = undefined;
      return kept;
    }
    for (;;) {
      const x = 2 * uniform() - 1;
      const y = 2 * uniform() - 1;
      const square = x * x + y * y;
      if (square >= 1 || square === 0) continue;
      const factor = Math.sqrt((-2 * Math.log(square)) / square);
      spare = y * factor;
      return x * factor;
    }
  };
}

/** Uniform integer without modulo bias: draws from the incomplete last block of 2^32 are rejected. */
function integerBelow(bound: number, next: () => number): number {
  if (!Number.isInteger(bound) || bound < 1 || bound > TWO_POW_32) {
    throw new RangeError(`integer(bound) needs a whole bound from 1 to 2^32, not ${bound}`);
  }
  const limit = TWO_POW_32 - (TWO_POW_32 % bound);
  for (;;) {
    const word = next();
    if (word < limit) return word % bound;
  }
}
