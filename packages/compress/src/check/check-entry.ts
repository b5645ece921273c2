import { BudgetError, CancelledError, CompressError, type CompressEvent, EXIT_CODES } from '@onnx-compress/core';
import { checkBudgets, requireMeasurable } from '../budgets.js';
import { compressFile } from '../compress-file.js';
import { type Snapshot, takeSnapshot } from '../freshness/snapshot.js';
import { readModel } from '../read-model.js';
import { reportOf } from '../rejection.js';
import type { Report } from '../report/report.js';
import { type Baseline, compareFigures, type Figures, withBaseline } from './baseline.js';
import { type BuildCache, cachedBuild, samplePaths } from './cached-build.js';
import type { ModelCheck } from './check-report.js';
import { brokenOff, fellBehind, missedBudget } from './failures.js';
import { type BuildEntry, type CheckPlan, type GuardEntry, shownPath } from './plan.js';

/** What the entries of one check share. */
export interface CheckShop {
  readonly plan: CheckPlan;
  /** What the models are held against; undefined where there is no baseline, or where it is about to be replaced. */
  readonly baseline: Baseline | undefined;
  readonly cache: BuildCache;
  readonly signal: AbortSignal | undefined;
  readonly onEvent: ((event: CompressEvent) => void) | undefined;
}

/** A checked entry, and what its result depends on. */
export interface CheckedEntry {
  readonly check: ModelCheck;
  readonly snapshot: Snapshot;
  /** Undefined where nothing was measured. */
  readonly figures: Figures | undefined;
  /** Of the error that the entry failed with; undefined where it is good. */
  readonly exitCode: number | undefined;
}

type Entry = BuildEntry | GuardEntry;

const NOTHING: Snapshot = { files: [], folders: [] };

function pathsOf(entry: Entry, { plan: { folder } }: CheckShop) {
  const shown = (path: string) => shownPath(folder, path);
  return { name: entry.name, input: shown(entry.input), output: entry.kind === 'build' ? shown(entry.output) : null };
}

const isVerified = ({ verification }: Report) => verification.status !== 'off';

function figuresOf({ after, verification }: Report): Figures {
  const { cosine, agreement } = verification;
  return {
    bytes: after.fileBytes,
    ...(cosine === null ? {} : { cosine }),
    ...(agreement === undefined ? {} : { agreement }),
  };
}

/** The report as it would be without the limits that the baseline added. */
function withOwnBudgets(report: Report, { budgets }: BuildEntry): Report {
  return {
    ...report,
    recipe: { ...report.recipe, budgets },
    budgets: checkBudgets(budgets, { ...report, score: undefined }),
  };
}

interface Judged extends Pick<CheckedEntry, 'snapshot' | 'figures'> {
  readonly budgets: ModelCheck['budgets'];
  readonly verified: boolean;
  readonly cached: boolean;
  readonly report?: Report;
}

function judge(entry: Entry, shop: CheckShop, judged: Judged & { readonly figures: Figures }): CheckedEntry {
  const { name, places } = entry;
  const { budgets, figures, verified, cached, report, snapshot } = judged;
  const stored = shop.baseline?.get(name);
  const baseline = stored === undefined ? [] : compareFigures(figures, stored, shop.plan.tolerance, verified);
  const failures = [
    ...budgets.filter(({ ok }) => !ok).map((budget) => missedBudget(name, budget, places)),
    ...baseline.filter(({ ok }) => !ok).map((record) => fellBehind(name, record)),
  ];
  const status = failures.length > 0 ? 'failed' : cached ? 'unchanged' : 'ok';
  const result = { status, cached, fileBytes: figures.bytes, budgets, baseline, failures } as const;
  return {
    check: { ...pathsOf(entry, shop), ...result, ...(report === undefined ? {} : { report }) },
    snapshot,
    figures,
    exitCode: failures.length > 0 ? EXIT_CODES.budget : undefined,
  };
}

async function build(entry: BuildEntry, shop: CheckShop): Promise<CheckedEntry> {
  const { input, output, recipe, threads, budgets } = entry;
  const { signal, onEvent, plan, baseline } = shop;
  requireMeasurable(budgets, recipe.verify !== 'off', false);
  const kept = withBaseline(budgets, baseline?.get(entry.name), plan.tolerance, recipe.verify !== 'off');
  const run = async () => {
    const { report } = await compressFile(input, output, { ...recipe, threads, budgets: kept, signal, onEvent });
    return withOwnBudgets(report, entry);
  };
  const settings = { recipe, threads: threads ?? null, timed: budgets.minSpeedup !== undefined };
  const finished = await cachedBuild({ input, output, settings, samples: samplePaths(recipe), build: run }, shop.cache);
  const report = withOwnBudgets(finished.report, entry);
  const { cached, snapshot } = finished;
  const common = { report, cached, snapshot, budgets: report.budgets };
  return judge(entry, shop, { ...common, figures: figuresOf(report), verified: isVerified(report) });
}

async function guard(entry: GuardEntry, shop: CheckShop): Promise<CheckedEntry> {
  const model = await readModel(entry.input);
  const files = model.origin?.files ?? [];
  await model.close();
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  const limit = entry.budgets.maxBytes;
  const budgets = limit === undefined ? [] : [{ name: 'max-size', limit, actual: bytes, ok: bytes <= limit }];
  const snapshot = takeSnapshot(files.map(({ name }) => name));
  return judge(entry, shop, { budgets, figures: { bytes }, verified: false, cached: false, snapshot });
}

function failed(entry: Entry, shop: CheckShop, error: CompressError): CheckedEntry {
  const report = reportOf(error);
  if (entry.kind === 'build' && report !== undefined && error instanceof BudgetError) {
    const own = withOwnBudgets(report, entry);
    const common = { report: own, cached: false, snapshot: NOTHING, budgets: own.budgets };
    return judge(entry, shop, { ...common, figures: figuresOf(own), verified: isVerified(own) });
  }
  const nothing = { cached: false, fileBytes: null, budgets: [], baseline: [] } as const;
  const failures = [brokenOff(entry.name, error)];
  return {
    check: { ...pathsOf(entry, shop), status: 'failed', ...nothing, failures, ...(report ? { report } : {}) },
    snapshot: NOTHING,
    figures: undefined,
    exitCode: error.exitCode,
  };
}

/**
 * Brings one model up to date and holds it against its limits. A failure is a result like any other.
 *
 * @throws CancelledError, and errors that are bugs
 */
export async function checkEntry(entry: Entry, shop: CheckShop): Promise<CheckedEntry> {
  try {
    return await (entry.kind === 'build' ? build(entry, shop) : guard(entry, shop));
  } catch (error) {
    if (!(error instanceof CompressError) || error instanceof CancelledError) throw error;
    return failed(entry, shop, error);
  }
}
