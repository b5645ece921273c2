import { basename, join } from 'node:path';
import { present } from '@onnx-compress/graph';
import { writeModel } from '@onnx-compress/graph/node';
import { cachedFile } from './check/cached-file.js';
import { NEVER, translated } from './failures.js';
import { fileRecord, inputRecord } from './files/file-record.js';
import { checkInput, checkOutput, failedOutput } from './files/paths.js';
import type { CompressOptions } from './options.js';
import type { Outcome } from './pipeline/job.js';
import { produce } from './pipeline/produce.js';
import { withTemporaryFolder } from './pipeline/temporary-folder.js';
import { readModel } from './read-model.js';
import { MissedBudgetError, UnsoundResultError } from './rejection.js';
import type { Report } from './report/report.js';
import { resolveOptions } from './resolve-options.js';

/** Options of `compressFile`. */
export interface CompressFileOptions extends CompressOptions {
  /** Allows the output to be the input. */
  readonly force?: boolean | undefined;
  /** Keeps a result that fails verification or a budget as `<name>.failed.onnx`. */
  readonly keepFailed?: boolean | undefined;
  /** Does everything, and keeps no file. */
  readonly dryRun?: boolean | undefined;
  /**
   * Leaves the run out where nothing it depends on has changed since the last one, which the cache of the output's
   * project remembers; default false.
   */
  readonly cache?: boolean | undefined;
}

/** The report of a written file. */
export interface CompressFileResult {
  readonly report: Report;
  /** True where nothing was run: the report is that of the last run, whose output is still there. */
  readonly cached: boolean;
}

const withOutputPath = (report: Report, path: string | null): Report => ({
  ...report,
  output: { ...report.output, path },
});

async function keepRejected(outcome: Outcome, output: string, signal: AbortSignal): Promise<Report['output']> {
  const path = failedOutput(output);
  const { external, ...written } = await writeModel(outcome.model, path, signal);
  return fileRecord(written, external);
}

/** Gives the staged file its name, or drops it. */
async function settle(outcome: Outcome, output: string, options: CompressFileOptions): Promise<Report> {
  const { staged, report, rejection } = outcome;
  const { keepFailed = false, dryRun = false, signal = NEVER, onEvent } = options;
  try {
    if (rejection === undefined && !dryRun) {
      onEvent?.({ type: 'phase', phase: 'write' });
      await staged.commit();
      return withOutputPath(report, output);
    }
    if (rejection === undefined) return withOutputPath(report, null);
    const kept = keepFailed && !dryRun ? await keepRejected(outcome, output, signal) : undefined;
    const rejected = kept === undefined ? withOutputPath(report, null) : { ...report, output: kept };
    const text = rejection.describe(kept?.path ?? undefined);
    throw rejection.kind === 'unsound' ? new UnsoundResultError(text, rejected) : new MissedBudgetError(text, rejected);
  } finally {
    await staged.discard();
  }
}

async function run(input: string, output: string, options: CompressFileOptions): Promise<Report> {
  const { force = false, keepFailed: _keepFailed, dryRun = false, cache: _cache, ...common } = options;
  const { evaluate, figures: drawsFigures = false, threads, signal = NEVER, onEvent: emit = () => {} } = common;
  const { recipe, calibration, latency } = await resolveOptions(common);
  await checkInput(input);
  await checkOutput(output, input, [], force);
  emit({ type: 'phase', phase: 'read' });
  const model = await readModel(input);
  try {
    const { content, origin } = model;
    const { location, files } = present(origin, 'origin of a model that was just read');
    const [, ...external] = files;
    await checkOutput(
      output,
      input,
      external.map(({ name }) => name),
      force,
    );
    const source = { model: content, location, record: await inputRecord(content, { location, files }, signal) };
    const job = { source, recipe, calibration, evaluate, drawsFigures, latency, threads, signal, emit };
    const work = async (path: string) => settle(await produce({ ...job, path }), output, options);
    return await (dryRun ? withTemporaryFolder((folder) => work(join(folder, basename(output)))) : work(output));
  } finally {
    await model.close();
  }
}

/**
 * Compresses a file to a file. The result is written beside its final place, that very file is verified, and only then
 * it gets its name, replacing what was there. When anything fails, nothing is left behind and nothing was replaced.
 *
 * @throws UsageError, ModelError, StepError, CancelledError
 * @throws UnsoundResultError, MissedBudgetError with the report of the rejected result
 * @example
 * await compressFile('model.onnx', 'model.min.onnx', { steps: [quantize('int8-per-channel')], budgets: { maxRatio: 0.3 } });
 */
export function compressFile(
  input: string,
  output: string,
  options: CompressFileOptions = {},
): Promise<CompressFileResult> {
  const work = () => run(input, output, options);
  return translated(async () => {
    const { cache = false, dryRun = false } = options;
    if (!cache || dryRun) return { report: await work(), cached: false };
    const { report, cached } = await cachedFile(input, output, options, work);
    return { report, cached };
  }, options.signal);
}
