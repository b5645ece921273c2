import type { OptimizationLevel } from '../host/contract.js';

/**
 * How alike the candidate's outputs are to the original's, by the worst cosine: `exact` to float rounding,
 * `high` from 0.99, `medium` from 0.9, `low` below.
 */
export type Fidelity = 'exact' | 'high' | 'medium' | 'low';

/** How alike one output of two models is, over all samples. */
export interface OutputLikeness {
  readonly name: string;
  /** Cosine of the angle between both, all samples in one vector; 1 where both are zero. */
  readonly cosine: number;
  /** Signal-to-noise ratio in dB, between -200 and 200; null where both are identical. */
  readonly snrDb: number | null;
  readonly maxAbsError: number;
  /** Part of the samples with the same largest class; only for outputs that are class scores. */
  readonly agreement?: number;
}

/** The verification part of a report. */
export interface Verification {
  /** Soundness: loads, runs, agrees with itself, keeps its signature, stays finite, exact steps changed nothing. */
  readonly status: 'ok' | 'failed';
  /** Why it failed, a sentence each; empty when `ok`. */
  readonly reasons: readonly string[];
  readonly fidelity: Fidelity;
  readonly inputs: {
    readonly source: 'calibration' | 'random';
    readonly count: number;
    readonly dims: Readonly<Record<string, number>>;
  };
  /** Empty when the candidate could not be compared. */
  readonly outputs: readonly OutputLikeness[];
  /** The worst over the outputs; null when none could be compared. */
  readonly cosine: number | null;
  readonly snrDb: number | null;
  readonly agreement?: number;
  /** The levels at which both models ran. */
  readonly optimizationLevels: readonly OptimizationLevel[];
  /** What could not be checked, a sentence each. */
  readonly warnings: readonly string[];
}
