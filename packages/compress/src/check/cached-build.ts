import { resolve } from 'node:path';
import type { Diagnostic } from '@onnx-compress/core';
import type { FileDigest } from '@onnx-compress/graph/node';
import { textDigest } from '../freshness/digest.js';
import { isUnchanged, joinSnapshots, type Snapshot, takeSnapshot } from '../freshness/snapshot.js';
import { recall, store } from '../freshness/store.js';
import { toolchain } from '../freshness/toolchain.js';
import type { FileRecord, Report } from '../report/report.js';
import { cacheNotWritable, damagedCache } from './messages.js';

/** A run that may be left out where nothing it depends on has changed. */
export interface BuildRequest {
  readonly input: string;
  readonly output: string;
  /** Everything that decides the result besides files, as JSON. */
  readonly settings: object;
  /** Files and folders of samples, and files of fixed inputs. */
  readonly samples: readonly string[];
  readonly build: () => Promise<Report>;
}

/** Where finished runs are remembered. */
export interface BuildCache {
  readonly folder: string;
  /** Runs all the same, and remembers that. */
  readonly renew: boolean;
  readonly warn: (diagnostic: Diagnostic) => void;
}

/** A finished run: its report, and everything that it depends on and that it wrote. */
export interface FinishedBuild {
  readonly report: Report;
  readonly cached: boolean;
  readonly snapshot: Snapshot;
}

interface BuildRecord {
  readonly toolchain: string;
  readonly settings: string;
  readonly snapshot: Snapshot;
  readonly report: Report;
}

/** The store vouches for the content by its hash, and only this version writes under this name. */
const isBuildRecord = (value: unknown): value is BuildRecord =>
  typeof value === 'object' && value !== null && 'settings' in value && 'snapshot' in value && 'report' in value;

function filesOf({ path, fileBytes, sha256, external = [] }: FileRecord): readonly FileDigest[] {
  if (path === null) return [];
  const inExternal = external.reduce((sum, file) => sum + file.fileBytes, 0);
  const main = { path, fileBytes: fileBytes - inExternal, sha256 };
  return [main, ...external].map((file) => ({ ...file, path: resolve(file.path) }));
}

const nameOf = (output: string) => `model-${textDigest(output).slice(0, 16)}`;

function remembered(request: BuildRequest, settings: string, tools: string, cache: BuildCache) {
  const stored = recall(cache.folder, nameOf(request.output));
  if (stored.kind === 'damaged') cache.warn(damagedCache(stored.path));
  if (stored.kind !== 'found' || !isBuildRecord(stored.value)) return undefined;
  const record = stored.value;
  if (record.toolchain !== tools || record.settings !== settings || cache.renew) return undefined;
  return isUnchanged(record.snapshot) ? record : undefined;
}

function remember(output: string, record: BuildRecord, { folder, warn }: BuildCache): void {
  try {
    store(folder, nameOf(output), record);
  } catch (error) {
    warn(cacheNotWritable(folder, error));
  }
}

/**
 * Runs a build, or gives the report of the last one where input, samples, settings, tools and the output itself are
 * what they were then. A build that fails is not remembered.
 *
 * @throws whatever `build` throws
 */
export async function cachedBuild(request: BuildRequest, cache: BuildCache): Promise<FinishedBuild> {
  const tools = await toolchain();
  const { input, output } = request;
  const settings = textDigest(JSON.stringify({ input, output, ...request.settings }));
  const last = remembered(request, settings, tools, cache);
  if (last !== undefined) return { report: last.report, snapshot: last.snapshot, cached: true };
  const samples = takeSnapshot(request.samples);
  const report = await request.build();
  const files = [...filesOf(report.input), ...filesOf(report.output)];
  const snapshot = joinSnapshots([samples, { files, folders: [] }]);
  if (report.output.path !== null) remember(output, { toolchain: tools, settings, snapshot, report }, cache);
  return { report, snapshot, cached: false };
}

const isFileValue = (value: string) => value.endsWith('.npy') || value.endsWith('.pb');

/** Paths of everything that a recipe reads besides the model. */
export function samplePaths(recipe: {
  readonly calibration?: readonly string[] | undefined;
  readonly inputs?: Readonly<Record<string, string>> | undefined;
}): readonly string[] {
  const samples = (recipe.calibration ?? []).filter((path) => path !== 'random');
  return [...samples, ...Object.values(recipe.inputs ?? {}).filter(isFileValue)].map((path) => resolve(path));
}
