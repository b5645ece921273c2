/** Steps that people count in. */
const ROUND = [1, 2, 5, 10] as const;

/** The smallest step of 1, 2 or 5 times a power of ten that cuts a range into at most `count` pieces. */
export function niceStep(range: number, count: number): number {
  const rough = range / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = ROUND.find((round) => round * power >= rough * (1 - 1e-9)) ?? 10;
  return factor * power;
}

/** Multiples of the step from `low` to `high`, without the noise of adding up. */
export function niceTicks(low: number, high: number, step: number): readonly number[] {
  const first = Math.round(low / step);
  const count = Math.round(high / step) - first + 1;
  return Array.from({ length: count }, (_, index) => Number(((first + index) * step).toPrecision(12)));
}

/** Powers of ten inside a range, thinned to `count`; with 2 and 5 between them where there are few. */
export function decades(low: number, high: number, count: number): readonly number[] {
  const first = Math.floor(Math.log10(low));
  const last = Math.ceil(Math.log10(high));
  const inside = (value: number) => value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9);
  const powers = Array.from({ length: last - first + 1 }, (_, index) => Number(`1e${first + index}`));
  const whole = powers.filter(inside);
  if (whole.length >= 3) return whole.filter((_, index) => index % Math.ceil(whole.length / count) === 0);
  return powers
    .flatMap((power) => [power, 2 * power, 5 * power].map((value) => Number(value.toPrecision(3))))
    .filter(inside);
}
