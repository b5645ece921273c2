import { type CompressEvent, type StepResult, throwIfAborted, trackProgress } from '@onnx-compress/core';
import { type Costs, encodedLength, type Model } from '@onnx-compress/graph';
import type { Recipe } from '../recipe/schema.js';
import type { StepRecord } from '../report/report.js';
import { contextOf, type SharedContext } from './context.js';
import { costsOf } from './measure.js';
import type { PlannedStep } from './planned-step.js';
import { runStep } from './run-step.js';

/** What a run of steps needs besides the model. */
export interface StepRun extends SharedContext {
  readonly steps: readonly PlannedStep[];
  readonly emit: (event: CompressEvent) => void;
}

/** One finished step: the model it left, and what is known about it. */
export interface FinishedStep {
  readonly planned: PlannedStep;
  readonly model: Model;
  readonly costsBefore: Costs;
  readonly costsAfter: Costs;
  /** Bytes as one file; undefined where the step changed nothing. */
  readonly bytesAfter: number | undefined;
  readonly durationMs: number;
  readonly result: StepResult;
}

async function finishStep(
  model: Model,
  costsBefore: Costs,
  index: number,
  planned: PlannedStep,
  run: StepRun,
): Promise<FinishedStep> {
  const { steps, engine, dims, signal, emit } = run;
  const previous = steps.slice(0, index).map(({ title }) => title);
  const started = performance.now();
  const place = { name: planned.title, index, count: steps.length };
  const result = await trackProgress(place, emit, (progress) =>
    runStep(model, planned, contextOf(run, index, progress), previous),
  );
  const durationMs = performance.now() - started;
  const unchanged = { planned, model, costsBefore, durationMs, result };
  if (result.changed.length === 0) return { ...unchanged, costsAfter: costsBefore, bytesAfter: undefined };
  const costsAfter = await costsOf(model, engine.shapes, dims, signal);
  return { ...unchanged, costsAfter, bytesAfter: await encodedLength(model) };
}

/**
 * Runs the steps one after the other, each on a copy-on-write clone, so that every model in between stays whole and
 * the input is not touched. The clones read their weights through the input.
 *
 * @param costs what the input costs
 * @throws StepError naming the step, the node and the steps before it
 */
export async function runSteps(input: Model, costs: Costs, run: StepRun): Promise<readonly FinishedStep[]> {
  const finished: FinishedStep[] = [];
  let [current, costsBefore] = [input, costs];
  for (const [index, planned] of run.steps.entries()) {
    throwIfAborted(run.signal);
    const step = await finishStep(current.clone(), costsBefore, index, planned, run);
    finished.push(step);
    [current, costsBefore] = [step.model, step.costsAfter];
  }
  return finished;
}

/** The recipe with what its steps found out by measuring, so that it can be replayed. */
export function measuredRecipe(recipe: Recipe, finished: readonly FinishedStep[]): Recipe {
  const steps = recipe.steps.map((step, index) => {
    const measured = finished[index]?.result.resolvedOptions;
    return measured === undefined ? step : { ...step, options: { ...step.options, ...measured } };
  });
  return { ...recipe, steps };
}

/** The steps as a report has them; from the last change on, the size is that of the written file. */
export function stepRecords(
  finished: readonly FinishedStep[],
  fileBytesBefore: number,
  fileBytesAfter: number,
): readonly StepRecord[] {
  const lastChange = finished.findLastIndex(({ result }) => result.changed.length > 0);
  let bytes = fileBytesBefore;
  return finished.map(({ planned, costsBefore, costsAfter, bytesAfter, durationMs, result }, index) => {
    const { step, spec, transform } = planned;
    const { resolvedOptions: _inTheRecipe, ...told } = result;
    const bytesBefore = bytes;
    bytes = index < lastChange ? (bytesAfter ?? bytes) : fileBytesAfter;
    return {
      family: step.family,
      name: transform.name,
      spec,
      bytesBefore,
      bytesAfter: bytes,
      parametersBefore: costsBefore.parameters,
      parametersAfter: costsAfter.parameters,
      macsBefore: costsBefore.macs,
      macsAfter: costsAfter.macs,
      durationMs,
      ...told,
    };
  });
}
