import { throwIfAborted } from '@onnx-compress/core';
import type { Costs, Model } from '@onnx-compress/graph';
import { type StagedModel, stageModel } from '@onnx-compress/graph/node';
import { stageUnchanged } from '../files/stage-copy.js';
import { nothingToDo } from '../messages.js';
import type { Job } from './job.js';
import { type FinishedStep, runSteps, type StepRun } from './run-steps.js';

/** The model that the steps made, written to its staging place. */
export interface Transformed {
  readonly finished: readonly FinishedStep[];
  readonly model: Model;
  readonly staged: StagedModel;
  readonly costsBefore: Costs;
  readonly costsAfter: Costs;
  /** True where no step that was asked for found anything to do. */
  readonly unchanged: boolean;
}

/** Cleanup counts as asked for only where nothing else was. */
function didNothing(finished: readonly FinishedStep[]): boolean {
  const others = finished.filter(({ planned }) => planned.step.family !== 'cleanup');
  return (others.length > 0 ? others : finished).every(({ result }) => result.changed.length === 0);
}

/** Steps whose changes are dropped: cleanup of a model that nothing else was done to. */
function undone(finished: readonly FinishedStep[], costs: Costs): readonly FinishedStep[] {
  const same = { costsBefore: costs, costsAfter: costs };
  return finished.map((step) => ({ ...step, ...same, result: { ...step.result, changed: [] } }));
}

async function stagedOutcome(job: Job, finished: readonly FinishedStep[], costs: Costs, run: StepRun) {
  const { source, path, signal } = job;
  const last = finished.at(-1);
  if (last === undefined || didNothing(finished)) {
    run.diagnostics.warn(
      nothingToDo(run.steps.filter(({ step }) => step.family !== 'cleanup').map(({ title }) => title)),
    );
    return {
      model: source.model.clone(),
      staged: await stageUnchanged(source, path, signal),
      costsAfter: costs,
      unchanged: true,
    };
  }
  const staged = await stageModel(last.model, path, signal);
  return { model: last.model, staged, costsAfter: last.costsAfter, unchanged: false };
}

/**
 * Runs the steps and writes what they made to a staging place beside `job.path`.
 *
 * @param costs what the original costs
 */
export async function transform(job: Job, costs: Costs, run: StepRun): Promise<Transformed> {
  job.emit({ type: 'phase', phase: 'transform' });
  const finished = await runSteps(job.source.model, costs, run);
  throwIfAborted(job.signal);
  const made = await stagedOutcome(job, finished, costs, run);
  return { finished: made.unchanged ? undone(finished, costs) : finished, costsBefore: costs, ...made };
}
