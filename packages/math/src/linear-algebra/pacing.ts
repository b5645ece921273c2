/** Lets the rest of the program run for a moment, and throws where the work is to end. */
export type Pause = () => Promise<void>;

/** A computation that can be left at every `yield` for a moment, and that returns its result. */
export type Steps<Result> = Generator<undefined, Result>;

const MILLISECONDS_BETWEEN_PAUSES = 25;

/** Runs a computation to its end, with a pause whenever the last one is 25 ms back. */
export async function paced<Result>(steps: Steps<Result>, pause: Pause): Promise<Result> {
  let due = Date.now() + MILLISECONDS_BETWEEN_PAUSES;
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    if (Date.now() < due) continue;
    await pause();
    due = Date.now() + MILLISECONDS_BETWEEN_PAUSES;
  }
}

/** Runs a computation to its end without a pause. */
export function atOnce<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** Numbers that are worked on between two looks at the clock. */
export const RANGE = 2 ** 16;

/** Work on ranges of numbers that together are all, from the first to before the last. */
export function* ranges(length: number, work: (from: number, to: number) => void): Steps<void> {
  for (let from = 0; from < length; from += RANGE) {
    work(from, Math.min(length, from + RANGE));
    yield;
  }
}

/**
 * Does work on ranges of numbers, one after the other, with a pause whenever the last one is 25 ms back.
 *
 * @param work gets the first number of a range and the one behind its last; ranges begin at multiples of 65536
 * @throws whatever `pause` throws
 * @example await inRanges(values.length, (from, to) => target.set(values.subarray(from, to), from), pause);
 */
export const inRanges = (length: number, work: (from: number, to: number) => void, pause: Pause): Promise<void> =>
  paced(ranges(length, work), pause);
