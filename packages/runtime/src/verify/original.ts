import type { HostedSession, OptimizationLevel } from '../host/contract.js';
import { HostError } from '../host/errors.js';
import type { VerificationInputs } from '../inputs/verification-inputs.js';
import { type ComparisonOptions, compareSessions } from './compare-sessions.js';
import type { OwnDifferences } from './judgement.js';
import { differsFromRunToRun, oneLevelOnly, originalDoesNotRun } from './messages.js';
import type { OutputComparison } from './output-comparison.js';
import type { Sessions } from './sessions.js';
import { hasRandomOperators, roundingTolerance } from './tolerance.js';
import type { VerifiedModel } from './verify-models.js';

/** The original, loaded and known to run. */
export interface RunningOriginal {
  /** At the first of `levels`. */
  readonly session: HostedSession;
  /** The levels at which it runs, the most optimized first. */
  readonly levels: readonly OptimizationLevel[];
  /** How much its outputs differ between the levels. */
  readonly differences: OwnDifferences;
  /** Outputs that differ when it runs on the same inputs again, and say nothing about a candidate. */
  readonly unsteady: ReadonlySet<string>;
  readonly warnings: readonly string[];
}

/**
 * Runs the original with all optimizations and with none, and keeps one session open. A model that runs at one of
 * both levels only is compared at that one.
 *
 * @throws ModelError when it runs at neither
 */
export async function runOriginal(
  sessions: Sessions,
  { location, model }: VerifiedModel,
  inputs: VerificationInputs,
  options: ComparisonOptions,
): Promise<RunningOriginal> {
  const plain = await sessions.open(location, 'disabled');
  const optimized = await sessions.open(location, 'all');
  if (plain instanceof HostError) {
    if (optimized instanceof HostError) throw originalDoesNotRun(optimized);
    return oneLevel(optimized, 'all', plain, inputs);
  }
  if (optimized instanceof HostError) return oneLevel(plain, 'disabled', optimized, inputs);
  const comparison = await compareSessions(plain, optimized, inputs, options);
  if (comparison.kind === 'compared') {
    await sessions.release(plain);
    const differences = new Map(comparison.outputs.map(({ name, relativeError }) => [name, relativeError] as const));
    const unsteady = hasRandomOperators(model) ? unsteadyOutputs(await repeated(optimized, inputs)) : [];
    return { session: optimized, levels: ['all', 'disabled'], differences, ...steadiness(unsteady) };
  }
  const { error, side } = comparison;
  if (error.phase === 'crash') throw originalDoesNotRun(error);
  await sessions.release(side === 'reference' ? plain : optimized);
  return side === 'reference' ? oneLevel(optimized, 'all', error, inputs) : oneLevel(plain, 'disabled', error, inputs);
}

async function oneLevel(
  session: HostedSession,
  level: OptimizationLevel,
  error: HostError,
  inputs: VerificationInputs,
): Promise<RunningOriginal> {
  const { unsteady, warnings } = steadiness(unsteadyOutputs(await repeated(session, inputs)));
  const failed = level === 'all' ? 'disabled' : 'all';
  const all = [oneLevelOnly(failed, error), ...warnings];
  return { session, levels: [level], differences: new Map(), unsteady, warnings: all };
}

/** The outputs of two runs on the same inputs. @throws ModelError when the model does not run */
async function repeated(session: HostedSession, inputs: VerificationInputs): Promise<readonly OutputComparison[]> {
  const trial = await compareSessions(session, session, inputs, { limit: 1 });
  if (trial.kind === 'failed') throw originalDoesNotRun(trial.error);
  return trial.outputs;
}

function unsteadyOutputs(outputs: readonly OutputComparison[]): readonly string[] {
  const steady = (output: OutputComparison) =>
    output.shapeMismatch === undefined &&
    output.lostFinite === 0 &&
    output.relativeError <= roundingTolerance(output, 0);
  return outputs.filter((output) => !steady(output)).map(({ name }) => name);
}

function steadiness(unsteady: readonly string[]): Pick<RunningOriginal, 'unsteady' | 'warnings'> {
  return { unsteady: new Set(unsteady), warnings: unsteady.length > 0 ? [differsFromRunToRun(unsteady)] : [] };
}
