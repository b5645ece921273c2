import type { Calibration } from '@onnx-compress/core';
import type { Host } from '../host/contract.js';
import { HostError } from '../host/errors.js';
import type { FixedInputs } from '../inputs/fixed-inputs.js';
import { inputSpecs } from '../inputs/input-spec.js';
import { randomInputs } from '../inputs/random-inputs.js';
import type { DimSizes } from '../inputs/symbolic-dims.js';
import { calibrationInputs, type VerificationInputs } from '../inputs/verification-inputs.js';
import { attempt } from './attempt.js';
import { originalDoesNotRun } from './messages.js';
import { Sessions } from './sessions.js';
import type { VerificationMode, VerifiedModel } from './verify-models.js';

/** Where the samples of a verification come from. */
export interface InputChoice {
  readonly mode: VerificationMode;
  readonly seed: number;
  /** Samples that were not used for tuning; without them random inputs are made. */
  readonly calibration?: Calibration;
  /** Values of `--input`, for random inputs. */
  readonly fixed?: FixedInputs;
  /** Values of `--dim`, for random inputs. */
  readonly dims?: DimSizes;
  readonly threads?: number;
  readonly signal?: AbortSignal;
}

/** Numbers of random samples. */
const RANDOM_SAMPLES = { fast: 2, full: 16 } as const;

/**
 * The inputs to compare two models on: the caller's samples, else seeded random ones that the original is known to run
 * with.
 *
 * @throws ModelError when the original does not load, or runs with no inputs that could be made up
 * @throws UsageError for `--dim` names that the model does not have
 */
export async function chooseInputs(
  host: Host,
  original: VerifiedModel,
  choice: InputChoice,
): Promise<VerificationInputs> {
  const { calibration, mode } = choice;
  if (calibration !== undefined) return calibrationInputs(calibration, inputSpecs(original.model));
  const sessions = new Sessions(host, choice);
  try {
    const optimized = await sessions.open(original.location, 'all');
    const session = optimized instanceof HostError ? await sessions.open(original.location, 'disabled') : optimized;
    if (session instanceof HostError) throw originalDoesNotRun(session);
    const inputs = await attempt(randomInputs(original.model, session, { ...choice, count: RANDOM_SAMPLES[mode] }));
    if (inputs instanceof HostError) throw originalDoesNotRun(inputs);
    return inputs;
  } finally {
    await sessions.releaseAll();
  }
}
