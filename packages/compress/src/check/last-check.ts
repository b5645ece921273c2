import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { textDigest } from '../freshness/digest.js';
import { isUnchanged, type Snapshot } from '../freshness/snapshot.js';
import { cacheFolder, recall, store } from '../freshness/store.js';
import { toolchain } from '../freshness/toolchain.js';
import type { CheckReport } from './check-report.js';
import { type FoundConfig, findConfig } from './config-file.js';

/** A check in which every model was good, and everything that this depends on. */
interface LastCheck {
  readonly toolchain: string;
  readonly config: string;
  readonly snapshot: Snapshot;
  /** Path of the baseline file where there was none. */
  readonly absent: string | null;
  readonly report: CheckReport;
}

/** The store vouches for the content by its hash, and only this version writes under this name. */
const isLastCheck = (value: unknown): value is LastCheck =>
  typeof value === 'object' && value !== null && 'toolchain' in value && 'snapshot' in value && 'report' in value;

const nameOf = (configPath: string) => `check-${textDigest(configPath).slice(0, 16)}`;

const configDigest = ({ value }: Extract<FoundConfig, { kind: 'found' }>) => textDigest(JSON.stringify(value));

/** Remembers a check in which every model was good. @throws Error of the file system */
export function rememberCheck(
  config: Extract<FoundConfig, { kind: 'found' }>,
  check: Pick<LastCheck, 'toolchain' | 'snapshot' | 'absent' | 'report'>,
): void {
  const { path } = config;
  store(cacheFolder(dirname(path)), nameOf(path), { ...check, config: configDigest(config) });
}

const asUnchanged = (report: CheckReport): CheckReport => ({
  ...report,
  models: report.models.map((model) => ({ ...model, status: 'unchanged', cached: true })),
});

/**
 * The last check of a project once more, where it was good and nothing it depends on has changed: config, recipes,
 * models with external data, samples, outputs, baseline, machine, versions of the tool and of onnxruntime. Loads
 * neither the library nor onnxruntime, so that the answer comes at once.
 *
 * @param folder where the search for the config begins
 * @param named a config file instead of the nearest one; relative to the folder
 * @returns undefined where the models have to be looked at, with `checkModels`
 * @example
 * const report = await unchangedCheck(process.cwd());
 */
export async function unchangedCheck(folder: string, named?: string): Promise<CheckReport | undefined> {
  const config = findConfig(resolve(folder), named === undefined ? undefined : resolve(folder, named));
  if (config.kind !== 'found') return undefined;
  const stored = recall(cacheFolder(dirname(config.path)), nameOf(config.path));
  if (stored.kind !== 'found' || !isLastCheck(stored.value)) return undefined;
  const last = stored.value;
  if (last.config !== configDigest(config) || last.toolchain !== (await toolchain())) return undefined;
  if (last.absent !== null && existsSync(last.absent)) return undefined;
  return isUnchanged(last.snapshot) ? asUnchanged(last.report) : undefined;
}
