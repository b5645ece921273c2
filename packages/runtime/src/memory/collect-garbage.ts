import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** What is looked at: everything, or what was allocated lately, which takes a tenth of the time. */
type Extent = 'major' | 'minor';

let collect: unknown;

/**
 * Gives back dead objects and the tensors that they held. V8 lets tens of megabytes of tensors pile up first, and takes
 * them into account when it decides how far the heap may grow afterwards.
 */
export function collectGarbage(type: Extent): void {
  if (collect === undefined) {
    setFlagsFromString('--expose-gc');
    collect = runInNewContext('gc');
    setFlagsFromString('--no-expose-gc');
  }
  if (typeof collect === 'function') collect({ type });
}
