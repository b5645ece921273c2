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

/**
 * Channels that went from one layer of a group; all that depended on them went with them. Where the first layer of the
 * group computes only some of its channels, those of other layers are listed for the rest.
 */
export interface Removal {
  /** The layer that computes the channels. */
  readonly node: string;
  /** Its weight, and the axis of that along which the channels lie. */
  readonly tensor: string;
  readonly axis: number;
  /** Length of the axis before the step. */
  readonly size: number;
  /** Positions on the axis, as they were before the step, in rising order. */
  readonly channels: readonly number[];
}

/** What was tried to repair one layer behind what a step changed, from calibration samples. */
export interface LayerRepair {
  readonly node: string;
  /** How its weights or bias were found anew; undefined where nothing was tried. */
  readonly method?: 'least-squares' | 'mean-variance' | 'mean' | 'rounding' | undefined;
  /**
   * Energy of the difference between what the layer computes and what it computed in the original, as a part of the
   * variance of the latter; on samples that the repair has not seen. Undefined where nothing was measured.
   */
  readonly errorBefore?: number;
  readonly errorAfter?: number;
  /** Why the layer stayed as it was; undefined where the repair is in the model. */
  readonly reason?: string;
}

/** What a step did, as it appears in the report. */
export interface StepResult {
  readonly changed: readonly Change[];
  readonly skipped: readonly Skip[];
  readonly metrics: { readonly [name: string]: JsonValue };
  /**
   * Options that the step found out by measuring. With them the step does the same again, so the report's recipe has
   * them.
   */
  readonly resolvedOptions?: { readonly [option: string]: JsonValue };
  /** The channels that went, group by group, so that they can be removed again by themselves. */
  readonly removals?: readonly Removal[];
  /** What was repaired behind the changes of this step, layer by layer in the order of execution. */
  readonly repairs?: readonly LayerRepair[];
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
