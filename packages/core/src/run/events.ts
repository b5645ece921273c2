import type { Diagnostic } from '../context.js';

/** The stages of a run, in their order; a run may leave some out. */
export type Phase = 'read' | 'transform' | 'verify' | 'measure' | 'write';

/** A piece of work that reports progress: one compression step, or a whole phase such as the verification. */
export interface ProgressStep {
  /** What a person sees: `prune l1`, `verify`. */
  readonly name: string;
  /** Position in its phase, from 0. */
  readonly index: number;
  /** How many such pieces the phase has. */
  readonly count: number;
}

/** How a piece of work ended. */
export type StepOutcome = 'done' | 'failed' | 'cancelled';

/**
 * What a run tells its listener. Of every step: one `step-start`, then `step-progress` whose `done` never falls and
 * whose `total` never changes, then exactly one `step-end`; before a `step-end` with outcome `done` the last progress,
 * if there was any, has `done === total`.
 */
export type CompressEvent =
  | { readonly type: 'phase'; readonly phase: Phase }
  | { readonly type: 'step-start'; readonly step: ProgressStep }
  | {
      readonly type: 'step-progress';
      readonly step: ProgressStep;
      readonly done: number;
      readonly total: number;
      readonly label: string | undefined;
    }
  | { readonly type: 'step-end'; readonly step: ProgressStep; readonly outcome: StepOutcome }
  | { readonly type: 'diagnostic'; readonly diagnostic: Diagnostic };
