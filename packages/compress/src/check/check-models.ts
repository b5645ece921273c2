import { resolve } from 'node:path';
import { type CompressEvent, type Diagnostic, EXIT_CODES } from '@onnx-compress/core';
import { NEVER, translated } from '../failures.js';
import { joinSnapshots, type Snapshot, takeSnapshot } from '../freshness/snapshot.js';
import { cacheFolder } from '../freshness/store.js';
import { toolchain } from '../freshness/toolchain.js';
import { type Baseline, compareFigures, readBaseline, writeBaseline } from './baseline.js';
import { type CheckedEntry, type CheckShop, checkEntry } from './check-entry.js';
import type { CheckReport, ModelCheck } from './check-report.js';
import { type FoundConfig, findConfig } from './config-file.js';
import { checkFailed } from './failures.js';
import { rememberCheck } from './last-check.js';
import { baselineNotWritable, cacheNotWritable, noConfig } from './messages.js';
import { type CheckPlan, planCheck, shownPath } from './plan.js';

/** Options of `checkModels`. */
export interface CheckOptions {
  /** Where the search for the config begins; default: the working directory. */
  readonly folder?: string | undefined;
  /** A config file instead of the nearest one. */
  readonly config?: string | undefined;
  /** Stores the figures of this check as the baseline, if every model is good. */
  readonly updateBaseline?: boolean | undefined;
  /** Builds every model anew. */
  readonly force?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called before each model is looked at. */
  readonly onModel?: ((name: string) => void) | undefined;
  readonly onEvent?: ((event: CompressEvent) => void) | undefined;
}

/** What a check found. */
export interface CheckResult {
  readonly report: CheckReport;
  /** 0 where every model is good, 6 where limits are missed, else that of the first model that could not be built. */
  readonly exitCode: number;
}

type Config = Extract<FoundConfig, { kind: 'found' }>;

function exitCodeOf(checked: readonly CheckedEntry[]): number {
  const codes = checked.flatMap(({ exitCode }) => exitCode ?? []);
  return codes.find((code) => code !== EXIT_CODES.budget) ?? codes[0] ?? EXIT_CODES.ok;
}

function storeBaseline(path: string, checked: readonly CheckedEntry[]): Baseline {
  const baseline = new Map(
    checked.flatMap(({ check, figures }) => (figures === undefined ? [] : [[check.name, figures] as const])),
  );
  try {
    writeBaseline(path, baseline);
  } catch (error) {
    throw baselineNotWritable(path, error);
  }
  return baseline;
}

/** The check once more, beside the baseline that was just made of it. */
function asStored({ check, figures }: CheckedEntry, plan: CheckPlan): ModelCheck {
  if (figures === undefined) return check;
  return { ...check, baseline: compareFigures(figures, figures, plan.tolerance, figures.cosine !== undefined) };
}

const recipeFiles = ({ entries }: CheckPlan) =>
  entries.flatMap((entry) => (entry.kind === 'build' ? (entry.recipeFile ?? []) : []));

async function remember(
  config: Config,
  plan: CheckPlan,
  snapshots: readonly Snapshot[],
  report: CheckReport,
  warn: (diagnostic: Diagnostic) => void,
): Promise<void> {
  const baseline = takeSnapshot(report.baseline === null ? [] : [plan.baseline]);
  const snapshot = joinSnapshots([...snapshots, baseline]);
  const absent = report.baseline === null ? plan.baseline : null;
  try {
    rememberCheck(config, { toolchain: await toolchain(), snapshot, absent, report });
  } catch (error) {
    warn(cacheNotWritable(cacheFolder(plan.folder), error));
  }
}

/** Says the same thing about the cache only once, though every model uses it. */
function onceEach(warn: (diagnostic: Diagnostic) => void): (diagnostic: Diagnostic) => void {
  const said = new Set<string>();
  return (diagnostic) => {
    if (!said.has(diagnostic.message)) warn(diagnostic);
    said.add(diagnostic.message);
  };
}

async function run(config: Config, options: CheckOptions): Promise<CheckResult> {
  const { updateBaseline = false, force = false, signal, onModel, onEvent } = options;
  const warn = onceEach((diagnostic) => onEvent?.({ type: 'diagnostic', diagnostic }));
  const plan = await planCheck(config);
  const recipes = takeSnapshot(recipeFiles(plan));
  const stored = updateBaseline ? undefined : readBaseline(plan.baseline);
  const cache = { folder: cacheFolder(plan.folder), renew: force, warn };
  const shop: CheckShop = { plan, baseline: stored, cache, signal, onEvent };
  const checked: CheckedEntry[] = [];
  for (const entry of plan.entries) {
    (signal ?? NEVER).throwIfAborted();
    onModel?.(entry.name);
    checked.push(await checkEntry(entry, shop));
  }
  const exitCode = exitCodeOf(checked);
  const updated = updateBaseline && exitCode === EXIT_CODES.ok;
  const baseline = updated ? storeBaseline(plan.baseline, checked) : stored;
  const report: CheckReport = {
    schemaVersion: 1,
    config: config.path,
    baseline: baseline === undefined ? null : shownPath(plan.folder, plan.baseline),
    models: checked.map((entry) => (updated ? asStored(entry, plan) : entry.check)),
    ...(exitCode === EXIT_CODES.ok ? {} : { error: checkFailed(checked.map(({ check }) => check)) }),
  };
  const snapshots = [recipes, ...checked.map(({ snapshot }) => snapshot)];
  if (exitCode === EXIT_CODES.ok) await remember(config, plan, snapshots, report, warn);
  return { report, exitCode };
}

/**
 * Brings every model of a project's config up to date and holds it against its budgets and against the baseline. A
 * model that nothing has changed for is not built again. All models are looked at, whatever happens to one of them; a
 * result that fails is not written, and the previous output stays.
 *
 * @throws UsageError for a config that is missing or cannot be meant
 * @throws CancelledError
 * @example
 * const { report, exitCode } = await checkModels({ folder: process.cwd() });
 */
export function checkModels(options: CheckOptions = {}): Promise<CheckResult> {
  return translated(async () => {
    const { folder = '.', config: named } = options;
    const config = findConfig(resolve(folder), named === undefined ? undefined : resolve(folder, named));
    if (config.kind !== 'found') throw noConfig(config);
    return run(config, options);
  }, options.signal);
}
