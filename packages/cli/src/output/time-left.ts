/** Least time of work before a forecast, in milliseconds. */
const WARM_UP = 2000;

/** Least part of the work that must be done before a forecast. */
const LEAST_PART = 0.01;

/**
 * How long a step will still take if it goes on as it went: `40 s left`, `3 min left`; undefined while that is not
 * known yet, and for less than a second.
 *
 * @param elapsed milliseconds since the step began
 * @param part what is done, 0 to 1
 */
export function timeLeft(elapsed: number, part: number): string | undefined {
  if (elapsed < WARM_UP || part < LEAST_PART) return undefined;
  const seconds = Math.round((elapsed * (1 - part)) / part / 1000);
  if (seconds < 1) return undefined;
  return seconds < 100 ? `${seconds} s left` : `${Math.round(seconds / 60)} min left`;
}
