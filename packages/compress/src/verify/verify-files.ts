import type { CompressEvent } from '@onnx-compress/core';
import type { PreprocessOptions } from '@onnx-compress/runtime';
import { type Budgets, checkBudgets } from '../budgets.js';
import { Diagnostics } from '../pipeline/diagnostics.js';
import { measureModel } from '../pipeline/measured-model.js';
import { type CalibrationSource, readRunInputs } from '../pipeline/run-inputs.js';
import { verificationSamples, verifyCandidate } from '../pipeline/verify.js';
import { type LookOptions, withEngine } from '../pipeline/with-engine.js';
import { readModel } from '../read-model.js';
import type { BudgetRecord, ModelSize, VerificationRecord } from '../report/report.js';

/** Options of `verifyFiles`. */
export interface VerifyOptions extends LookOptions {
  readonly level?: 'fast' | 'full' | undefined;
  readonly seed?: number | undefined;
  readonly calibration?: CalibrationSource | undefined;
  /** How pictures of `calibration` become values of the input, as in `CompressOptions`. */
  readonly preprocess?: string | PreprocessOptions | undefined;
  /** Fixed values of inputs, by name. */
  readonly inputs?: Readonly<Record<string, string>> | undefined;
  readonly budgets?: Budgets | undefined;
  readonly onEvent?: ((event: CompressEvent) => void) | undefined;
}

/** Comparison of two files, as `compress verify --json` prints it. */
export interface VerifyResult {
  readonly schemaVersion: 1;
  readonly before: ModelSize;
  readonly after: ModelSize;
  readonly verification: VerificationRecord;
  readonly budgets: readonly BudgetRecord[];
}

/**
 * Runs two model files side by side in onnxruntime and compares their outputs.
 *
 * @throws ModelError when the reference does not run; a bad candidate is a failed verification and no error
 */
export function verifyFiles(reference: string, candidate: string, options: VerifyOptions = {}): Promise<VerifyResult> {
  const { level = 'full', seed = 0, calibration = [], inputs = {}, dims = {}, budgets = {} } = options;
  const { onEvent: emit = () => {}, preprocess } = options;
  const diagnostics = new Diagnostics(emit);
  return withEngine({ ...options, onWarning: diagnostics.warn }, async (engine, signal) => {
    const first = await readModel(reference);
    const second = await readModel(candidate).catch(async (error: unknown) => {
      await first.close();
      throw error;
    });
    try {
      const run = { level, engine, diagnostics, signal, emit };
      const original = { model: first.content, location: { path: reference } };
      const other = { model: second.content, location: { path: candidate } };
      const values = await readRunInputs(first.content, { inputs, dims, preprocess }, calibration);
      const samples = await verificationSamples(original, values, seed, run);
      const verification = await verifyCandidate(original, other, samples, false, run);
      const before = (await measureModel(first, engine, dims, signal)).size;
      const after = (await measureModel(second, engine, dims, signal)).size;
      const checked = checkBudgets(budgets, { before, after, verification, score: undefined });
      return { schemaVersion: 1, before, after, verification, budgets: checked };
    } finally {
      await first.close();
      await second.close();
    }
  });
}
