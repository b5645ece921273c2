/*
 * Adding 1.5 * 2^52 leaves no bit for a fraction, so the processor rounds to the nearest integer, ties to even.
 * Exact for |x| < 2^51; larger doubles that have a fraction end below 2^52.
 */
const ROUNDING_SHIFT = 1.5 * 2 ** 52;
const EXACT_LIMIT = 2 ** 51;

/**
 * The nearest integer, ties to the even one (`Math.round` takes ties upwards, ONNX QuantizeLinear to even).
 * NaN and infinities are returned as they are.
 *
 * @example [0.5, 1.5, 2.5, -0.5].map(roundHalfToEven) // [0, 2, 2, -0]
 */
export function roundHalfToEven(x: number): number {
  if (!(Math.abs(x) < EXACT_LIMIT)) return roundLarge(x);
  const rounded = x + ROUNDING_SHIFT - ROUNDING_SHIFT;
  return rounded === 0 ? 0 * x : rounded;
}

/** From 2^51 on the only possible fraction is one half. */
function roundLarge(x: number): number {
  const floor = Math.floor(x);
  if (x - floor !== 0.5) return x;
  return floor % 2 === 0 ? floor : floor + 1;
}
