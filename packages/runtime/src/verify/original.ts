import type { OptimizationLevel } from '../host/contract.js';
import { HostError } from '../host/errors.js';
import type { VerificationInputs } from '../inputs/verification-inputs.js';
import { addSample, compareOnSamples } from './compare-on-samples.js';
import type { OwnDifferences } from './judgement.js';
import { differsFromRunToRun, oneLevelOnly, originalDoesNotRun } from './messages.js';
import { OutputComparison } from './output-comparison.js';
import { SampledModel, type SampleRequest } from './sampled-model.js';
import type { Sessions } from './sessions.js';
import { hasRandomOperators, roundingTolerance } from './tolerance.js';
import type { VerifiedModel } from './verify-models.js';

/** The original, known to run. */
export interface RunningOriginal {
  /** At the first of `levels`. */
  readonly sampled: SampledModel;
  /** The levels at which it runs, the most optimized first. */
  readonly levels: readonly OptimizationLevel[];
  /** How much its outputs differ between the levels. */
  readonly differences: OwnDifferences;
  /** Outputs that differ when it runs on the same inputs again, and say nothing about a candidate. */
  readonly unsteady: ReadonlySet<string>;
  readonly warnings: readonly string[];
}

/**
 * Runs the original with all optimizations and with none. A model that runs at one of both levels only is compared at
 * that one.
 *
 * @throws ModelError when it runs at neither
 */
export async function runOriginal(
  sessions: Sessions,
  original: VerifiedModel,
  inputs: VerificationInputs,
  few: SampleRequest,
): Promise<RunningOriginal> {
  const plain = await SampledModel.open(sessions, original, 'disabled', inputs.count);
  if (plain instanceof HostError) return optimizedOnly(sessions, original, inputs, plain);
  const plainError = await plain.settle(inputs, few);
  if (plainError !== undefined) {
    if (plainError.phase === 'crash') throw originalDoesNotRun(plainError);
    await plain.close();
    return optimizedOnly(sessions, original, inputs, plainError);
  }
  const optimized = await SampledModel.open(sessions, original, 'all', inputs.count);
  if (optimized instanceof HostError) return oneLevel(plain, optimized, inputs);
  const comparison = await compareOnSamples(plain, optimized, inputs, few);
  if (comparison.kind === 'compared') {
    await plain.close();
    const differences = new Map(comparison.outputs.map(({ name, relativeError }) => [name, relativeError] as const));
    const unsteady = hasRandomOperators(original.model) ? unsteadyOutputs(await repeated(optimized, inputs)) : [];
    return { sampled: optimized, levels: ['all', 'disabled'], differences, ...steadiness(unsteady) };
  }
  const { error, side } = comparison;
  if (error.phase === 'crash') throw originalDoesNotRun(error);
  const [works, fails] = side === 'reference' ? [optimized, plain] : [plain, optimized];
  await fails.close();
  return oneLevel(works, error, inputs);
}

/** @throws ModelError when it does not load or run with all optimizations either */
async function optimizedOnly(
  sessions: Sessions,
  original: VerifiedModel,
  inputs: VerificationInputs,
  error: HostError,
): Promise<RunningOriginal> {
  const optimized = await SampledModel.open(sessions, original, 'all', inputs.count);
  if (optimized instanceof HostError) throw originalDoesNotRun(optimized);
  return oneLevel(optimized, error, inputs);
}

/** @param error why it does not run at the other level */
async function oneLevel(sampled: SampledModel, error: HostError, inputs: VerificationInputs): Promise<RunningOriginal> {
  const { unsteady, warnings } = steadiness(unsteadyOutputs(await repeated(sampled, inputs)));
  const failed = sampled.level === 'all' ? 'disabled' : 'all';
  const all = [oneLevelOnly(failed, error), ...warnings];
  return { sampled, levels: [sampled.level], differences: new Map(), unsteady, warnings: all };
}

/** The outputs of two runs on the first sample. @throws ModelError when the model does not run */
async function repeated(sampled: SampledModel, inputs: VerificationInputs): Promise<readonly OutputComparison[]> {
  const readable = sampled.outputs.filter(({ transferable }) => transferable);
  const outputs = readable.map(({ name }) => new OutputComparison(name));
  for await (const feeds of inputs.samples()) {
    const [first, second] = [await sampled.run(0, feeds, undefined), await sampled.runAgain(feeds, undefined)];
    if (first instanceof HostError) throw originalDoesNotRun(first);
    if (second instanceof HostError) throw originalDoesNotRun(second);
    addSample(outputs, first, second, feeds);
    break;
  }
  return outputs;
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
