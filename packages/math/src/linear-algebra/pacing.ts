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
