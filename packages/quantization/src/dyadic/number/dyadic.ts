/** The number `numerator / 2^shift`. */
export interface Dyadic {
  /** An odd integer, or 0. */
  readonly numerator: number;
  /** Negative where the number is a multiple of two. */
  readonly shift: number;
}

/** Fraction bits of a double of exponent 0. */
const FRACTION_BITS = 52;

/**
 * A float as the quotient that it is: every finite float is an integer divided by a power of two.
 *
 * @param value a finite number, zero or above, of at most 53 significant bits
 * @example dyadicOf(0.375) // 3 / 2^3
 */
export function dyadicOf(value: number): Dyadic {
  if (value === 0) return { numerator: 0, shift: 0 };
  const exponent = exponentOf(value);
  let numerator = BigInt(scaledBy(value, FRACTION_BITS - exponent));
  let shift = FRACTION_BITS - exponent;
  while (numerator % 2n === 0n) {
    numerator /= 2n;
    shift--;
  }
  return { numerator: Number(numerator), shift };
}

/** The number that a quotient is; exact wherever it is a normal double. */
export function dyadicValue({ numerator, shift }: Dyadic): number {
  return scaledBy(numerator, -shift);
}

/** How many bits an integer has, without its sign; 0 for 0. */
export function bitLength(integer: number): number {
  return integer === 0 ? 0 : exponentOf(Math.abs(integer)) + 1;
}

/** Largest integer `e` with `2^e <= value`, for a normal number above zero. */
export function exponentOf(value: number): number {
  let exponent = Math.floor(Math.log2(value));
  while (2 ** exponent > value) exponent--;
  while (2 ** (exponent + 1) <= value) exponent++;
  return exponent;
}

/** `value * 2^exponent` in two steps, so that the power itself stays finite. */
function scaledBy(value: number, exponent: number): number {
  const half = Math.trunc(exponent / 2);
  return value * 2 ** half * 2 ** (exponent - half);
}
