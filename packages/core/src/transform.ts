import type { Model } from '@onnx-compress/graph';
import type { Context } from './context.js';
import type { Figure } from './figures/figure.js';

/** A value that survives JSON: what reports and metrics are made of. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** One node that a step changed, with whatever the step wants to report about it. */
export interface Change {
  readonly node: string;
  readonly [key: string]: JsonValue;
}

/** One node that a step left alone although it was asked for, and why. */
export interface Skip {
  readonly node: string;
  readonly reason: string;
}

/** What a step did, as it appears in the report. */
export interface StepResult {
  readonly changed: readonly Change[];
  readonly skipped: readonly Skip[];
  readonly metrics: { readonly [name: string]: JsonValue };
  /** What the report shows of this step besides its numbers. */
  readonly figures?: readonly Figure[];
}

/**
 * One compression step, ready to run. It edits the model in place; the pipeline hands it a copy-on-write clone,
 * validates the result and reports the difference.
 */
export interface Transform {
  /** Name in reports and messages: `prune l1`, `quant int8-per-channel`, `tidy`. */
  readonly name: string;
  /** True when the step must not change any output beyond float rounding; verification holds it to that. */
  readonly exact: boolean;
  run(model: Model, context: Context): Promise<StepResult>;
}
