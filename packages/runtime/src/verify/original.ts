import type { HostedSession, ModelLocation, OptimizationLevel } from '../host/contract.js';
import { HostError } from '../host/errors.js';
import type { VerificationInputs } from '../inputs/verification-inputs.js';
import { type ComparisonOptions, compareSessions } from './compare-sessions.js';
import type { OwnDifferences } from './judgement.js';
import { oneLevelOnly, originalDoesNotRun } from './messages.js';
import type { Sessions } from './sessions.js';

/** The original, loaded and known to run. */
export interface RunningOriginal {
  /** At the first of `levels`. */
  readonly session: HostedSession;
  /** The levels at which it runs, the most optimized first. */
  readonly levels: readonly OptimizationLevel[];
  /** How much its outputs differ between the levels. */
  readonly differences: OwnDifferences;
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
  location: ModelLocation,
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
    return { session: optimized, levels: ['all', 'disabled'], differences, warnings: [] };
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
  const trial = await compareSessions(session, session, inputs, { limit: 1 });
  if (trial.kind === 'failed') throw originalDoesNotRun(trial.error);
  const failed = level === 'all' ? 'disabled' : 'all';
  return { session, levels: [level], differences: new Map(), warnings: [oneLevelOnly(failed, error)] };
}
