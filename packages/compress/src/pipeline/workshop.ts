import type { VerificationRun } from './verify.js';

/** What the parts of a run share. */
export interface Workshop extends Omit<VerificationRun, 'level'> {
  readonly dims: ReadonlyMap<string, number>;
}
