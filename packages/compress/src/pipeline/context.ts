import {
  type Calibration,
  type Context,
  type NodeTimes,
  type ReportProgress,
  seededRandom,
  type Target,
} from '@onnx-compress/core';
import type { Diagnostics } from './diagnostics.js';
import type { Engine } from './engine.js';

/** What the contexts of all steps of a run have in common. */
export interface SharedContext {
  readonly seed: number;
  readonly engine: Engine;
  readonly calibration: Calibration | undefined;
  readonly target: Target;
  readonly nodeTimes: NodeTimes;
  /** Sizes of symbolic dimensions at which costs are counted. */
  readonly dims: ReadonlyMap<string, number>;
  readonly diagnostics: Diagnostics;
  readonly signal: AbortSignal;
  /** Whether steps draw figures for a report. */
  readonly drawsFigures: boolean;
}

/** The context that one step runs in; its random streams are its own. */
export function contextOf(run: SharedContext, index: number, progress: ReportProgress): Context {
  const { seed, engine, calibration, target, nodeTimes, dims, diagnostics, signal, drawsFigures } = run;
  return {
    signal,
    progress,
    warn: diagnostics.warn,
    random: (stream) => seededRandom(seed, `step/${index}/${stream}`),
    shapes: engine.shapes,
    evaluator: engine.evaluator,
    runs: engine.runs,
    gemm: engine.gemm,
    nodeTimes,
    dims,
    drawsFigures,
    calibration,
    target,
  };
}
