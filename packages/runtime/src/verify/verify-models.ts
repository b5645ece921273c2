import type { Model } from '@onnx-compress/graph';
import type { Host, ModelLocation } from '../host/contract.js';
import { HostError } from '../host/errors.js';
import type { VerificationInputs } from '../inputs/verification-inputs.js';
import { compareOnSamples } from './compare-on-samples.js';
import { likenessOf, selfDisagreements, unsoundOutputs } from './judgement.js';
import { doesNotLoad, doesNotRun, notCompared, onlyRounding, originalDoesNotRun, sizesDiffer } from './messages.js';
import { type RunningOriginal, runOriginal } from './original.js';
import type { OutputComparison } from './output-comparison.js';
import { SampledModel, type SampleRequest } from './sampled-model.js';
import { Sessions } from './sessions.js';
import { signatureChanges } from './signature.js';
import { hasDataDependentSizes, hasQuantizedKernels } from './tolerance.js';
import type { Verification } from './verification.js';

/** `fast` compares on two samples, or as many as there are branches to take; `full` on all. */
export type VerificationMode = 'fast' | 'full';

/** A model as a file or bytes for onnxruntime, and as a graph. */
export interface VerifiedModel {
  readonly location: ModelLocation;
  readonly model: Model;
}

/** What a verification may be told. */
export interface VerificationOptions {
  readonly mode: VerificationMode;
  /** True when every step that made the candidate promised to change nothing. */
  readonly exact?: boolean;
  /** Threads of onnxruntime inside one operator. */
  readonly threads?: number;
  readonly signal?: AbortSignal;
  /** Called after each compared sample. */
  readonly onSample?: (done: number, total: number) => void;
}

const FAST_SAMPLES = 2;

/**
 * Runs a candidate beside its original in onnxruntime, and judges it.
 *
 * Sound (`status: 'ok'`) is a candidate that loads and runs with all optimizations and with none, agrees with itself
 * there (see `levelTolerance`), keeps names, types and ranks of inputs and outputs and the shapes of its results, is
 * finite where the original is, and, with `exact`, gives the original's results but for rounding. Outputs that the
 * original itself does not repeat are left out. `fidelity` and the
 * measures say how alike the results are. Two sessions at most are open at a time, and their outputs are compared as
 * they come; of a large model, outputs that take less memory than its weights are kept, and one session is open.
 *
 * @param inputs see `chooseInputs`
 * @throws ModelError when the original itself does not load or run
 * @throws CancelledError when the signal fires
 * @example
 * const inputs = await chooseInputs(host, original, { mode: 'full', seed: 0 });
 * const { status, reasons, cosine } = await verifyModels(host, original, candidate, inputs, { mode: 'full' });
 */
export async function verifyModels(
  host: Host,
  original: VerifiedModel,
  candidate: VerifiedModel,
  inputs: VerificationInputs,
  options: VerificationOptions,
): Promise<Verification> {
  const sessions = new Sessions(host, options);
  try {
    const few = { limit: comparedSamples(inputs, 'fast'), signal: options.signal };
    const running = await runOriginal(sessions, original, inputs, few);
    const findings = await judgeCandidate({ sessions, running, original, candidate, inputs, options, few });
    return verification(findings, running, inputs, comparedSamples(inputs, options.mode));
  } finally {
    await sessions.releaseAll();
  }
}

interface Trial {
  readonly sessions: Sessions;
  readonly running: RunningOriginal;
  readonly original: VerifiedModel;
  readonly candidate: VerifiedModel;
  readonly inputs: VerificationInputs;
  readonly options: VerificationOptions;
  readonly few: SampleRequest;
}

interface Findings {
  readonly reasons: readonly string[];
  readonly outputs: readonly OutputComparison[];
  readonly warnings: readonly string[];
}

const failed = (...reasons: readonly string[]): Findings => ({ reasons, outputs: [], warnings: [] });

async function judgeCandidate(trial: Trial): Promise<Findings> {
  const { sessions, running, original, candidate, inputs, options, few } = trial;
  const { sampled } = running;
  const { signal, onSample } = options;
  const all = { limit: comparedSamples(inputs, options.mode), signal };
  const error = await sampled.settle(inputs, all);
  if (error !== undefined) throw originalDoesNotRun(error);
  const opened = await SampledModel.open(sessions, candidate, sampled.level, few.limit);
  if (opened instanceof HostError) return failed(doesNotLoad(sampled.level, opened));
  const changes = signatureChanges(sampled, opened);
  if (changes.length > 0) return failed(...changes);
  const comparison = await compareOnSamples(sampled, opened, inputs, { ...all, onSample });
  if (comparison.kind === 'failed') {
    if (comparison.side === 'reference') throw originalDoesNotRun(comparison.error);
    return failed(doesNotRun(sampled.level, comparison.error));
  }
  await sampled.close();
  const outputs = comparison.outputs.filter(({ name }) => !running.unsteady.has(name));
  const sizesMayDiffer = hasDataDependentSizes(original.model);
  const unsound = unsoundOutputs(outputs, running.differences, { exact: options.exact ?? false, sizesMayDiffer });
  const disagreements = await compareLevels(trial, opened, outputs);
  return { reasons: [...unsound, ...disagreements], outputs, warnings: warningsOf(sampled, outputs, sizesMayDiffer) };
}

/** What of the comparison with the original could not be told, or says little. */
function warningsOf(
  { unfetchable }: SampledModel,
  outputs: readonly OutputComparison[],
  sizesMayDiffer: boolean,
): readonly string[] {
  const resized = sizesMayDiffer ? outputs.filter(({ shapeMismatch }) => shapeMismatch !== undefined) : [];
  const noise = outputs.filter(({ isNoise }) => isNoise).map(({ name }) => name);
  return [
    ...(unfetchable.length > 0 ? [notCompared(unfetchable)] : []),
    ...resized.map(({ name }) => sizesDiffer(name)),
    ...(noise.length > 0 ? [onlyRounding(noise)] : []),
  ];
}

/**
 * Reasons why the candidate does not load, run or agree with itself at the other level; none where there is none.
 *
 * @param sampled the candidate at the first level
 * @param against its outputs there, compared with the original's
 */
async function compareLevels(
  { sessions, candidate, running, inputs, few }: Trial,
  sampled: SampledModel,
  against: readonly OutputComparison[],
): Promise<readonly string[]> {
  const [, otherLevel] = running.levels;
  if (otherLevel === undefined) return [];
  const errors = new Map(against.map(({ name, relativeError }) => [name, relativeError]));
  await sampled.settle(inputs, few);
  const other = await SampledModel.open(sessions, candidate, otherLevel, 0);
  if (other instanceof HostError) return [doesNotLoad(otherLevel, other)];
  const comparison = await compareOnSamples(sampled, other, inputs, few);
  if (comparison.kind === 'failed') {
    return [doesNotRun(comparison.side === 'reference' ? sampled.level : otherLevel, comparison.error)];
  }
  const outputs = comparison.outputs.filter(({ name }) => !running.unsteady.has(name));
  return selfDisagreements(outputs, running.differences, hasQuantizedKernels(candidate.model) ? errors : undefined);
}

function comparedSamples({ count, variants }: VerificationInputs, mode: VerificationMode): number {
  return mode === 'full' ? count : Math.min(count, Math.max(FAST_SAMPLES, variants));
}

function verification(
  findings: Findings,
  running: RunningOriginal,
  { source, dims }: VerificationInputs,
  count: number,
): Verification {
  return {
    status: findings.reasons.length === 0 ? 'ok' : 'failed',
    reasons: findings.reasons,
    ...likenessOf(findings.outputs, running.differences),
    inputs: { source, count, dims },
    optimizationLevels: running.levels,
    warnings: [...running.warnings, ...findings.warnings],
  };
}
