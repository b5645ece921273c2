import type { HarnessFloor, LayerProfile, TimedComparison } from '@onnx-compress/runtime';
import { type Bench, timed } from './bench.js';
import { decidingRatio } from './figures.js';
import { type CaseResult, measureCase } from './measure-case.js';
import { profileUnknown } from './messages.js';
import type { PlannedCase, PlannedCases } from './plan-cases.js';
import { orWarning } from './side-figures.js';
import type { Subject } from './subject.js';
import { leastRuns } from './verdict.js';

/** Everything that was measured. */
export interface Findings {
  readonly first: CaseResult;
  readonly results: readonly CaseResult[];
  /** The margin of the comparisons: the one that was asked for, or the machine's own noise where that is more. */
  readonly margin: number;
  readonly selfCheck: TimedComparison | undefined;
  readonly floor: HarnessFloor;
  readonly profiles: { readonly before?: LayerProfile; readonly after?: LayerProfile };
}

/** What to measure besides the input sizes. */
export interface Wishes {
  readonly selfCheck: boolean;
  readonly profile: boolean;
}

/** Fewest runs, enough for a figure that only tells a scale. */
const FEW_RUNS = 6;

function floorOf({ instruments, settings, signal }: Bench): Promise<HarnessFloor> {
  const { threads, blockMs } = settings;
  return instruments.harnessFloor({ threads, blockMs, runs: FEW_RUNS, signal });
}

/** Holds a model against itself. */
function checkSelf(
  { path }: Subject,
  [{ feeds }]: PlannedCases,
  count: number,
  bench: Bench,
): Promise<TimedComparison> {
  const model = { location: { path }, feeds };
  const place = { name: 'self-check', index: 0, count };
  return timed(bench, place, (options) => bench.instruments.compareModels(model, model, options));
}

/** Where the time of the first input size goes, in each model. */
async function profilesOf(
  subject: Subject,
  reference: Subject | undefined,
  { feeds }: PlannedCase,
  bench: Bench,
): Promise<Findings['profiles']> {
  const profileOf = ({ path, model }: Subject) =>
    orWarning(
      bench,
      (reason) => profileUnknown(path, reason),
      () => bench.instruments.profileModel(model.content, feeds, { signal: bench.signal }),
    );
  const after = await profileOf(subject);
  const before = reference === undefined ? null : await profileOf(reference);
  return { ...(before && { before }), ...(after && { after }) };
}

/** Half of the width of the interval that a model has against itself: what is less may be the machine. */
function noiseOf(selfCheck: TimedComparison): number {
  const { low, high } = decidingRatio(selfCheck);
  return (high - low) / 2;
}

/**
 * Measures a model at all its input sizes.
 *
 * @throws ModelError when a model does not run
 */
export async function findingsOf(
  subject: Subject,
  reference: Subject | undefined,
  cases: PlannedCases,
  wishes: Wishes,
  bench: Bench,
): Promise<Findings> {
  const { settings } = bench;
  const count = cases.length + (wishes.selfCheck ? 1 : 0);
  const floor = await floorOf(bench);
  const selfCheck = wishes.selfCheck ? await checkSelf(reference ?? subject, cases, count, bench) : undefined;
  const margin = selfCheck === undefined ? settings.margin : Math.max(settings.margin, noiseOf(selfCheck));
  const runs = reference === undefined ? settings.runs : Math.max(settings.runs, leastRuns(cases.length));
  const calibrated = { ...bench, settings: { ...settings, margin, runs } };
  const [firstCase, ...otherCases] = cases;
  const measure = (planned: typeof firstCase, index: number) => {
    const place = { name: `measure ${planned.label}`, index: count - cases.length + index, count };
    return measureCase(subject, reference, planned, place, calibrated);
  };
  const first = await measure(firstCase, 0);
  const results = [first];
  for (const [index, planned] of otherCases.entries()) results.push(await measure(planned, index + 1));
  const profiles = wishes.profile ? await profilesOf(subject, reference, firstCase, bench) : {};
  return { first, results, margin, selfCheck, floor, profiles };
}
