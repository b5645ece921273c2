import type { CompressEvent } from '@onnx-compress/core';
import type { HostedSession } from '@onnx-compress/runtime';
import type { LatencyOptions } from './pipeline/latency.js';
import type { CalibrationSource } from './pipeline/run-inputs.js';
import type { RecipeDraft } from './recipe/schema.js';

/** An accuracy of the caller's own: runs a loaded model on data that only the caller has; larger is better. */
export type Evaluate = (session: HostedSession) => Promise<number>;

/** What to do with a model: a recipe, or parts of one, and what no file can hold. */
export interface CompressOptions extends Omit<RecipeDraft, 'calibration'> {
  /** Sample inputs, without labels: files and folders, or a source of the caller's own. */
  readonly calibration?: CalibrationSource | undefined;
  /** Measured before and after; see the budgets `minScore` and `maxScoreDrop`. */
  readonly evaluate?: Evaluate | undefined;
  /** Draws figures for an HTML report, for which steps read weights once more; default false. */
  readonly figures?: boolean | undefined;
  /**
   * Times the result against the original, see `LatencyRecord`; the budget `minSpeedup` implies it. Where it is left
   * out, a quantized result that is verified on the machine it is made for is timed briefly; false: nothing is.
   */
  readonly measure?: boolean | LatencyOptions | undefined;
  /** Threads of onnxruntime; default: one per core. */
  readonly threads?: number | undefined;
  /** Cancels the run; nothing is left behind. */
  readonly signal?: AbortSignal | undefined;
  readonly onEvent?: ((event: CompressEvent) => void) | undefined;
}
