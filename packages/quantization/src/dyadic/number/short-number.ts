import { exponentOf } from './dyadic.js';

/**
 * The least number with so many significant bits that is not below `value`; it is above by less than one part in
 * `2^(bits - 1)`.
 *
 * @param value above zero
 * @param bits from 1, which gives powers of two
 * @example shortAbove(0.3, 3) // 0.3125 = 5 / 2^4
 */
export function shortAbove(value: number, bits: number): number {
  const step = stepAt(value, bits);
  return Math.ceil(value / step) * step;
}

/** The largest number with so many significant bits that is not above `value`; otherwise as {@link shortAbove}. */
export function shortBelow(value: number, bits: number): number {
  const step = stepAt(value, bits);
  return Math.floor(value / step) * step;
}

/** The nearest number with so many significant bits; otherwise as {@link shortAbove}. */
export function shortNearest(value: number, bits: number): number {
  const step = stepAt(value, bits);
  return Math.round(value / step) * step;
}

/** What numbers with so many significant bits differ by, from the power of two below `value` to the one above. */
export function stepAt(value: number, bits: number): number {
  return 2 ** (exponentOf(value) - bits + 1);
}
