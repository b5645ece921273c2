import { join } from 'node:path';
import { writeModel } from '@onnx-compress/graph/node';
import type { CompressModel } from './compress-model.js';
import { NEVER, translated } from './failures.js';
import { asInput, fileRecord, inputRecord } from './files/file-record.js';
import type { CompressOptions } from './options.js';
import { produce } from './pipeline/produce.js';
import type { Source } from './pipeline/source.js';
import { withTemporaryFolder } from './pipeline/temporary-folder.js';
import { MissedBudgetError, UnsoundResultError } from './rejection.js';
import type { Report } from './report/report.js';
import { resolveOptions } from './resolve-options.js';

/** A compressed model and what is known about it. */
export interface CompressResult {
  readonly model: CompressModel;
  readonly report: Report;
}

/** The original as bytes: those it was read from, or, when it was edited since, a file written for this run. */
async function sourceOf({ content, origin }: CompressModel, folder: string, signal: AbortSignal): Promise<Source> {
  if (origin !== undefined) {
    return { model: content, location: origin.location, record: await inputRecord(content, origin, signal) };
  }
  const written = await writeModel(content, join(folder, 'original.onnx'), signal);
  const record = asInput(fileRecord({ ...written, path: null }, written.external), content);
  return { model: content, location: { path: written.path }, record };
}

/**
 * Compresses a model that was read: runs the steps on a copy, verifies the result in onnxruntime against the original,
 * checks the budgets. The original stays as it is; closing it closes the result as well.
 *
 * @throws UsageError, ModelError, StepError, CancelledError
 * @throws UnsoundResultError, MissedBudgetError with the report of the rejected result
 * @example
 * const model = await readModel('resnet50.onnx');
 * const { model: small, report } = await compress(model, { steps: [quantize('int8-per-channel')] });
 * await small.write('resnet50.int8.onnx');
 * await model.close();
 */
export async function compress(model: CompressModel, options: CompressOptions = {}): Promise<CompressResult> {
  const { evaluate, figures: drawsFigures = false, threads, signal = NEVER, onEvent: emit = () => {} } = options;
  const resolved = await resolveOptions(options);
  return translated(
    () =>
      withTemporaryFolder(async (folder) => {
        const source = await sourceOf(model, folder, signal);
        const path = join(folder, 'result.onnx');
        const outcome = await produce({ ...resolved, source, evaluate, drawsFigures, threads, signal, emit, path });
        await outcome.staged.discard();
        const report = { ...outcome.report, output: { ...outcome.report.output, path: null } };
        const { rejection } = outcome;
        if (rejection === undefined) {
          return { model: model.derive(outcome.model, report.unchanged ? model.origin : undefined), report };
        }
        const text = rejection.describe(undefined);
        throw rejection.kind === 'unsound' ? new UnsoundResultError(text, report) : new MissedBudgetError(text, report);
      }),
    signal,
  );
}
