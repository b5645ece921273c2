import type { Int8Scales } from './int8-weight.js';

/** Largest integers of 8 and of 7 bits. */
const [EIGHT_BITS, SEVEN_BITS] = [127, 63];

/**
 * Scales with which a weight takes 7 bits: processors without VNNI add two products of 8 bits in 16 bits, which saturate.
 */
export function inSevenBits({ axis, scales }: Int8Scales): Int8Scales {
  return { axis, scales: scales.map((scale) => (scale * EIGHT_BITS) / SEVEN_BITS) };
}
