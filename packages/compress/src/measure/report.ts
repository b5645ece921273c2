import type { Costs } from '@onnx-compress/graph';
import { type LayerProfile, runtimeEnvironment, type Verdict } from '@onnx-compress/runtime';
import { storedBytes } from '../compress-model.js';
import { modelSize } from '../pipeline/measure.js';
import type { BudgetRecord } from '../report/report.js';
import { tool } from '../version.js';
import type { Bench } from './bench.js';
import { type MeasuredSpeedup, speedupBudget, speedupDoubt } from './budget.js';
import { decidingRatio, ratioOf } from './figures.js';
import type { Findings } from './findings.js';
import { machine } from './machine.js';
import type { CaseResult } from './measure-case.js';
import type { MeasuredCase, MeasuredFigures, MeasuredSide, MeasureReport, RatioRecord } from './measure-report.js';
import { disturbed, floorIsHigh, tooFewRuns } from './messages.js';
import { nodeTimes } from './node-times.js';
import type { MeasureBudgets } from './options.js';
import type { Subject } from './subject.js';
import { correctedVerdicts, leastRuns, overallVerdict } from './verdict.js';

/** Part of the latency from which on the way to onnxruntime is worth a warning. */
const HIGH_FLOOR = 0.1;

function sideOf(
  { path, model }: Subject,
  costs: Costs,
  figures: MeasuredFigures,
  profile: LayerProfile | undefined,
): MeasuredSide {
  return { path, ...modelSize(costs, storedBytes(model)), ...figures, ...(profile === undefined ? {} : { profile }) };
}

/** Where the time goes; nothing where no profile could be made of the model. */
function nodeTimesOf({ first: { costs }, profiles }: Findings): Pick<MeasureReport, 'nodeTimes'> {
  if (profiles.after === undefined) return {};
  const reference = costs.before && profiles.before ? { costs: costs.before, profile: profiles.before } : undefined;
  return { nodeTimes: nodeTimes(reference, { costs: costs.after, profile: profiles.after }) };
}

/** What is said of the model held against the reference; nothing where there is none. */
function comparisonOf({ first, results, margin }: Findings): Pick<MeasureReport, 'speedup' | 'interval' | 'verdict'> {
  if (first.comparison === undefined) return {};
  const { ratio, low, high } = decidingRatio(first.comparison);
  const estimates = results.flatMap(({ comparison }) => (comparison === undefined ? [] : [decidingRatio(comparison)]));
  return { speedup: ratio, interval: [low, high], verdict: overallVerdict(estimates, margin) };
}

const speedupsOf = ({ results, margin }: Findings): readonly MeasuredSpeedup[] =>
  results.flatMap(({ comparison, record: { label } }) => {
    if (comparison === undefined) return [];
    const { ratio, low, high } = decidingRatio(comparison);
    return [{ label, speedup: ratio, interval: [low, high], margin }];
  });

function budgetsOf(
  findings: Findings,
  { minSpeedup }: MeasureBudgets,
  { diagnostics }: Bench,
): readonly BudgetRecord[] {
  if (minSpeedup === undefined) return [];
  const speedups = speedupsOf(findings);
  for (const measured of speedups) {
    const doubt = speedupDoubt(minSpeedup, measured);
    if (doubt !== undefined) diagnostics.warn(doubt);
  }
  return [speedupBudget(minSpeedup, speedups)];
}

function warnOfFloor({ results, floor }: Findings, { diagnostics }: Bench): void {
  for (const { record } of results) {
    const latency = Math.min(record.after.latencyMs.p50, record.before?.latencyMs.p50 ?? Number.POSITIVE_INFINITY);
    if (floor.latencyMs > HIGH_FLOOR * latency) diagnostics.warn(floorIsHigh(record.label, floor.latencyMs, latency));
  }
}

const withVerdict = (ratio: RatioRecord, verdict: Verdict | undefined): RatioRecord =>
  verdict === undefined ? ratio : { ...ratio, verdict };

/** The cases with verdicts that hold for all of them together. */
function correctedCases(results: readonly CaseResult[]): readonly MeasuredCase[] {
  const compared = results.flatMap(({ comparison }) => (comparison === undefined ? [] : [comparison]));
  const cpu = correctedVerdicts(compared.map((comparison) => comparison.cpu));
  const latency = correctedVerdicts(compared.map((comparison) => comparison.latency));
  return results.map(({ record }, index) => ({
    ...record,
    ...(record.cpu === undefined ? {} : { cpu: withVerdict(record.cpu, cpu[index]) }),
    ...(record.latency === undefined ? {} : { latency: withVerdict(record.latency, latency[index]) }),
  }));
}

/** Puts together what was measured. */
export async function reportOn(
  subject: Subject,
  reference: Subject | undefined,
  findings: Findings,
  budgets: MeasureBudgets,
  bench: Bench,
): Promise<MeasureReport> {
  const { first, results, margin, selfCheck, floor, profiles } = findings;
  const { threads, seed } = bench.settings;
  const runs = Math.min(...results.map(({ timings }) => timings.after.runs.length));
  const { version, cpuFeatures } = await runtimeEnvironment();
  const { before, after } = first.record;
  warnOfFloor(findings, bench);
  if (reference !== undefined && runs < leastRuns(results.length)) {
    bench.diagnostics.warn(tooFewRuns(results.length, leastRuns(results.length), runs));
  }
  const checked = budgetsOf(findings, budgets, bench);
  const shared = results.some(({ record }) => record.disturbance.disturbed);
  return {
    schemaVersion: 1,
    tool: tool(),
    onnxruntime: { version, cpuFeatures },
    machine: machine(),
    settings: { threads, runs, seed, margin, metric: threads === 1 ? 'cpu' : 'latency' },
    ...(reference === undefined || before === undefined || first.costs.before === undefined
      ? {}
      : { before: sideOf(reference, first.costs.before, before, profiles.before) }),
    after: sideOf(subject, first.costs.after, after, profiles.after),
    ...comparisonOf(findings),
    cases: correctedCases(results),
    ...nodeTimesOf(findings),
    ...(selfCheck === undefined ? {} : { selfCheck: ratioOf(decidingRatio(selfCheck)) }),
    floor,
    budgets: checked,
    warnings: [...(shared ? [disturbed()] : []), ...bench.diagnostics.all],
  };
}
