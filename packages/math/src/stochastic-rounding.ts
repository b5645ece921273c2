/**
 * Rounds up with the probability of the fraction, and else down, so that the mean of many roundings is the number itself.
 * Integers stay; NaN and infinities are returned as they are.
 *
 * @param uniform number in [0, 1), such as {@link uniformAt} gives
 * @see Gupta et al., Deep Learning with Limited Numerical Precision, 2015 (arXiv:1502.02551)
 * @example roundStochastically(2.25, 0.2) // 3
 */
export function roundStochastically(value: number, uniform: number): number {
  const below = Math.floor(value);
  return uniform < value - below ? below + 1 : below;
}

/**
 * A number in [0, 1) that depends on nothing but seed and index: the element of a random sequence without those before
 * it, so that whatever computes it again gets the same. Multiples of 2^-32.
 *
 * @param seed tells sequences apart; its lowest 32 bits count
 * @param index place in the sequence; its lowest 32 bits count
 * @example roundStochastically(value, uniformAt(seed, index))
 */
export function uniformAt(seed: number, index: number): number {
  return scrambled(scrambled(index) ^ scrambled(~seed)) / 2 ** 32;
}

/** A bijection of 32 bits whose results look random: the finalizer of MurmurHash3 by Austin Appleby. */
function scrambled(value: number): number {
  let bits = value + 0x9e3779b9;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
