import type { Model } from '@onnx-compress/graph';
import type { Host, HostedSession, ModelLocation, OptimizationLevel } from '../host/contract.js';
import { HostError } from '../host/errors.js';
import type { VerificationInputs } from '../inputs/verification-inputs.js';
import { type ComparisonOptions, compareSessions } from './compare-sessions.js';
import { likenessOf, selfDisagreements, unsoundOutputs } from './judgement.js';
import { doesNotLoad, doesNotRun, notCompared, onlyRounding, originalDoesNotRun, sizesDiffer } from './messages.js';
import { type RunningOriginal, runOriginal } from './original.js';
import type { OutputComparison } from './output-comparison.js';
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
 * measures say how alike the results are. Outputs are compared as they come and not stored; two sessions at most are
 * open at a time.
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
  readonly few: ComparisonOptions;
}

interface Findings {
  readonly reasons: readonly string[];
  readonly outputs: readonly OutputComparison[];
  readonly warnings: readonly string[];
}

const failed = (...reasons: readonly string[]): Findings => ({ reasons, outputs: [], warnings: [] });

async function judgeCandidate(trial: Trial): Promise<Findings> {
  const { sessions, running, original, candidate, inputs, options } = trial;
  const [level = 'all', otherLevel] = running.levels;
  const session = await sessions.open(candidate.location, level);
  if (session instanceof HostError) return failed(doesNotLoad(level, session));
  const changes = signatureChanges(running.session, session);
  if (changes.length > 0) return failed(...changes);
  const { signal, onSample } = options;
  const limit = comparedSamples(inputs, options.mode);
  const comparison = await compareSessions(running.session, session, inputs, { limit, signal, onSample });
  if (comparison.kind === 'failed') {
    if (comparison.side === 'reference') throw originalDoesNotRun(comparison.error);
    return failed(doesNotRun(level, comparison.error));
  }
  const unreadable = running.session.unfetchable;
  await sessions.release(running.session);
  const outputs = comparison.outputs.filter(({ name }) => !running.unsteady.has(name));
  const sizesMayDiffer = hasDataDependentSizes(original.model);
  const unsound = unsoundOutputs(outputs, running.differences, { exact: options.exact ?? false, sizesMayDiffer });
  const disagreements = otherLevel === undefined ? [] : await compareLevels(trial, session, outputs, otherLevel);
  const resized = sizesMayDiffer ? outputs.filter(({ shapeMismatch }) => shapeMismatch !== undefined) : [];
  const noise = outputs.filter(({ isNoise }) => isNoise).map(({ name }) => name);
  const warnings = [
    ...(unreadable.length > 0 ? [notCompared(unreadable)] : []),
    ...resized.map(({ name }) => sizesDiffer(name)),
    ...(noise.length > 0 ? [onlyRounding(noise)] : []),
  ];
  return { reasons: [...unsound, ...disagreements], outputs, warnings };
}

/**
 * Reasons why the candidate does not load, run or agree with itself at another level.
 *
 * @param against the outputs at the first level, compared with the original's
 */
async function compareLevels(
  { sessions, candidate, running, inputs, few }: Trial,
  session: HostedSession,
  against: readonly OutputComparison[],
  otherLevel: OptimizationLevel,
): Promise<readonly string[]> {
  const [level = 'all'] = running.levels;
  const errors = new Map(against.map(({ name, relativeError }) => [name, relativeError]));
  const other = await sessions.open(candidate.location, otherLevel);
  if (other instanceof HostError) return [doesNotLoad(otherLevel, other)];
  const comparison = await compareSessions(session, other, inputs, few);
  if (comparison.kind === 'failed') {
    return [doesNotRun(comparison.side === 'reference' ? level : otherLevel, comparison.error)];
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
