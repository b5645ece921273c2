import type { Costs } from '@onnx-compress/graph';
import type { TimedComparison, TimedModel, Timing } from '@onnx-compress/runtime';
import { costsOf } from '../pipeline/measure.js';
import { type Bench, type Place, timed } from './bench.js';
import { ratioOf } from './figures.js';
import { sizesOfDims } from './inputs-fit.js';
import type { MeasuredCase } from './measure-report.js';
import type { PlannedCase } from './plan-cases.js';
import { comparedRuns, runsAlone } from './runs.js';
import { completed } from './side-figures.js';
import type { Subject } from './subject.js';

/** One input size, with what a report does not keep of it. */
export interface CaseResult {
  readonly record: MeasuredCase;
  /** Absent where nothing was held against the model. */
  readonly comparison?: TimedComparison;
  readonly timings: { readonly before?: Timing; readonly after: Timing };
  readonly costs: { readonly before?: Costs; readonly after: Costs };
}

const timedModel = ({ path }: Subject, { feeds }: PlannedCase): TimedModel => ({ location: { path }, feeds });

/** What a model costs at the size of a case. */
function costsAt({ model, inputs }: Subject, { shapes }: PlannedCase, { engine, signal }: Bench): Promise<Costs> {
  return costsOf(model.content, engine.shapes, sizesOfDims(inputs, shapes), signal);
}

async function measureAlone(subject: Subject, planned: PlannedCase, place: Place, bench: Bench): Promise<CaseResult> {
  const model = timedModel(subject, planned);
  const timing = await timed(bench, place, (options) => bench.instruments.timeModel(model, options));
  const after = await costsAt(subject, planned, bench);
  const { label, shapes: inputs } = planned;
  const figures = await completed(subject.path, model, timing, bench);
  const { disturbance } = timing;
  const record = {
    label,
    inputs,
    after: figures,
    disturbance,
    runs: runsAlone(timing.runs),
    macs: { after: after.macs },
  };
  return { record, timings: { after: timing }, costs: { after } };
}

/**
 * Measures a model at one input size, in alternating pairs with the reference where there is one.
 *
 * @throws ModelError when one of them does not run
 */
export async function measureCase(
  subject: Subject,
  reference: Subject | undefined,
  planned: PlannedCase,
  place: Place,
  bench: Bench,
): Promise<CaseResult> {
  if (reference === undefined) return measureAlone(subject, planned, place, bench);
  const [model, other] = [timedModel(subject, planned), timedModel(reference, planned)];
  const comparison = await timed(bench, place, (options) => bench.instruments.compareModels(other, model, options));
  const before = await costsAt(reference, planned, bench);
  const after = await costsAt(subject, planned, bench);
  const record = {
    label: planned.label,
    inputs: planned.shapes,
    before: await completed(reference.path, other, comparison.before, bench),
    after: await completed(subject.path, model, comparison.after, bench),
    cpu: ratioOf(comparison.cpu),
    latency: ratioOf(comparison.latency),
    disturbance: comparison.disturbance,
    runs: comparedRuns(comparison),
    macs: { before: before.macs, after: after.macs },
  };
  return { record, comparison, timings: comparison, costs: { before, after } };
}
