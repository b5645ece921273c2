import type { OutputReference } from '@onnx-compress/recovery';
import { fidelityNotReached } from '../messages.js';
import { cornersOf } from './assign-formats.js';
import { type Outcome, type Workbench, written } from './within-limit.js';

/** What was written, and how near its outputs are to those of the original. */
interface Tried extends Outcome {
  readonly snrDb: number;
}

/**
 * The assignment with the fewest bytes whose outputs reach a signal-to-noise ratio on the samples. The corners of the
 * convex hull of bytes and noise are tried by bisection; each is run.
 *
 * @throws StepError `MIXED_NOT_REACHED` with the highest ratio there is
 * @throws CancelledError when the signal fires
 */
export async function smallestAbove(bench: Workbench, reference: OutputReference, leastDb: number): Promise<Outcome> {
  const corners = cornersOf(bench.problem);
  const tried = async (index: number): Promise<Tried | undefined> => {
    const corner = corners[index];
    if (corner === undefined) return undefined;
    const outcome = await written(bench, { ...corner, isProven: true });
    const { snrDb } = await reference.compare(outcome.composition.model, bench.context);
    return { ...outcome, snrDb };
  };
  let [tooFew, enough] = [-1, corners.length - 1];
  let best = await tried(enough);
  if (best === undefined || best.snrDb < leastDb) throw fidelityNotReached(leastDb, best?.snrDb ?? Number.NaN);
  while (enough - tooFew > 1) {
    const middle = Math.floor((tooFew + enough) / 2);
    const next = await tried(middle);
    if (next !== undefined && next.snrDb >= leastDb) [enough, best] = [middle, next];
    else tooFew = middle;
  }
  return best;
}
