import type { StepResult } from '@onnx-compress/core';
import type { Decision, ScoredGroup } from './decision.js';

/** The final choice, and what a report says of it. */
export interface Selected {
  readonly decisions: readonly Decision[];
  /** What was asked for and what was reached. */
  readonly metrics: StepResult['metrics'];
  readonly resolvedOptions?: StepResult['resolvedOptions'];
}

/** Chooses the units that go. */
export interface Selector {
  /**
   * The units that go when only a part of the way is to be gone.
   *
   * @param part above 0, at most 1; what stays shrinks by the same factor in each of several equal parts
   */
  preview(scored: readonly ScoredGroup[], part: number): readonly Decision[];
  /** The units that go in the end. */
  select(scored: readonly ScoredGroup[]): Promise<Selected>;
}
