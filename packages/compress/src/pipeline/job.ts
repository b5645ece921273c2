import type { CompressEvent } from '@onnx-compress/core';
import type { Model } from '@onnx-compress/graph';
import type { StagedModel } from '@onnx-compress/graph/node';
import type { RejectionText } from '../messages.js';
import type { Evaluate } from '../options.js';
import type { Recipe } from '../recipe/schema.js';
import type { Report } from '../report/report.js';
import type { LatencyOptions } from './latency.js';
import type { CalibrationSource } from './run-inputs.js';
import type { Source } from './source.js';

/** One run: what to work on, what to do, and where the result will be. */
export interface Job {
  readonly source: Source;
  readonly recipe: Recipe;
  readonly calibration: CalibrationSource;
  readonly evaluate: Evaluate | undefined;
  readonly drawsFigures: boolean;
  /** How to measure whether the result is faster: `brief` for quantized ones alone; undefined where nothing is timed. */
  readonly latency: LatencyOptions | 'brief' | undefined;
  readonly threads: number | undefined;
  readonly signal: AbortSignal;
  readonly emit: (event: CompressEvent) => void;
  /** Final path of the result; its folder exists. */
  readonly path: string;
}

/** Why a result must not be used. */
export interface Rejection {
  readonly kind: 'unsound' | 'budget';
  /** @param kept where the result was kept all the same */
  describe(kept: string | undefined): RejectionText;
}

/** A finished run whose file is staged; the caller commits or discards it. */
export interface Outcome {
  readonly staged: StagedModel;
  /** The result, an edited copy of the original or, where nothing was done, an unedited one. */
  readonly model: Model;
  readonly report: Report;
  readonly rejection: Rejection | undefined;
}
