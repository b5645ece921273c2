import {
  type Calibration,
  type CompressEvent,
  checkStep,
  type Step,
  type StepResult,
  type Target,
  trackProgress,
} from '@onnx-compress/core';
import type { Model } from '@onnx-compress/graph';
import { runtimeEnvironment } from '@onnx-compress/runtime';
import { NEVER } from './failures.js';
import { contextOf } from './pipeline/context.js';
import { Diagnostics } from './pipeline/diagnostics.js';
import { openEngine } from './pipeline/engine.js';
import { assumedDims } from './pipeline/measure.js';
import { nodeTimesOnRandomInputs } from './pipeline/node-times.js';
import { planSteps } from './pipeline/planned-step.js';
import { runStep } from './pipeline/run-step.js';
import { targetOf } from './target/target.js';
import { registry } from './techniques.js';

/** What a single step may be told. */
export interface ApplyOptions {
  readonly calibration?: Calibration | undefined;
  /** The machine that will run the result; default this one. */
  readonly target?: Target | undefined;
  /** Seed of everything random; default 0. */
  readonly seed?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onEvent?: ((event: CompressEvent) => void) | undefined;
}

/** An edited copy of a model, and what the step did. */
export interface AppliedStep {
  readonly model: Model;
  readonly result: StepResult;
}

/**
 * Runs one step on a copy of a graph, without cleanup and without verification.
 *
 * @throws UsageError, StepError, CancelledError
 */
export async function applyStep(model: Model, step: Step, options: ApplyOptions = {}): Promise<AppliedStep> {
  const { calibration, seed = 0, signal = NEVER, onEvent: emit = () => {} } = options;
  const steps = planSteps(model, [checkStep(registry, step, 'step')], calibration !== undefined);
  const diagnostics = new Diagnostics(emit);
  const engine = openEngine(diagnostics.warn, undefined);
  const copy = model.clone();
  try {
    const nodeTimes = nodeTimesOnRandomInputs(engine, seed);
    const run = {
      seed,
      target: options.target ?? targetOf(await runtimeEnvironment()),
      engine,
      calibration,
      nodeTimes,
      dims: assumedDims(model, {}),
      diagnostics,
      signal,
      drawsFigures: false,
    };
    const [planned] = steps;
    if (planned === undefined) throw new Error('a list of one step has a first one');
    const place = { name: planned.title, index: 0, count: 1 };
    const result = await trackProgress(place, emit, (progress) =>
      runStep(copy, planned, contextOf(run, 0, progress), []),
    );
    return { model: copy, result };
  } finally {
    await engine.close();
  }
}
