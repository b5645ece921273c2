import { type CompressEvent, ModelError, trackProgress } from '@onnx-compress/core';
import { chooseInputs, type VerificationInputs, type VerifiedModel, verifyModels } from '@onnx-compress/runtime';
import { lowFidelity, stepIsNotExact } from '../messages.js';
import type { VerificationRecord } from '../report/report.js';
import type { Diagnostics } from './diagnostics.js';
import type { Engine } from './engine.js';
import type { ExactSegment } from './exact-segments.js';
import type { RunInputs } from './run-inputs.js';

/** What all parts of a verification share. */
export interface VerificationRun {
  readonly level: 'fast' | 'full';
  readonly engine: Engine;
  readonly diagnostics: Diagnostics;
  readonly signal: AbortSignal;
  readonly emit: (event: CompressEvent) => void;
}

/** The verification of a run that asked for none. */
export const NOT_VERIFIED: VerificationRecord = {
  status: 'off',
  reasons: [],
  fidelity: null,
  inputs: { source: 'none', count: 0, dims: {} },
  outputs: [],
  cosine: null,
  snrDb: null,
  optimizationLevels: [],
};

/**
 * The inputs to compare on: held-out samples, else random ones that the original is known to run with.
 *
 * @throws ModelError when the original does not load or run
 */
export function verificationSamples(
  original: VerifiedModel,
  { fixed, dims, heldOut }: RunInputs,
  seed: number,
  { level, engine, signal }: VerificationRun,
): Promise<VerificationInputs> {
  return chooseInputs(engine.host, original, {
    mode: level,
    seed,
    fixed,
    dims,
    signal,
    ...engine.session,
    ...(heldOut === undefined ? {} : { calibration: heldOut }),
  });
}

/** Why a stretch of exact steps is not exact after all; nothing when it is. */
async function inexactness(
  { titles, before, after }: ExactSegment,
  samples: VerificationInputs,
  { engine, signal }: VerificationRun,
): Promise<readonly string[]> {
  const options = { mode: 'fast', exact: true, signal, ...engine.session } as const;
  try {
    const { reasons } = await verifyModels(engine.host, before, after, samples, options);
    return reasons.map((reason) => stepIsNotExact(titles, reason));
  } catch (error) {
    if (error instanceof ModelError) return [stepIsNotExact(titles, error.message)];
    throw error;
  }
}

/**
 * Runs a candidate beside its original, then every stretch of exact steps by itself.
 *
 * @param exact true when every step promised to change nothing
 * @throws ModelError when the original itself does not run
 */
export async function verifyCandidate(
  original: VerifiedModel,
  candidate: VerifiedModel,
  samples: VerificationInputs,
  exact: boolean,
  run: VerificationRun,
): Promise<VerificationRecord> {
  const { level: mode, engine, diagnostics, signal, emit } = run;
  const { warnings, ...record } = await trackProgress({ name: 'verify', index: 0, count: 1 }, emit, (onSample) =>
    verifyModels(engine.host, original, candidate, samples, { ...engine.session, mode, exact, signal, onSample }),
  );
  for (const message of warnings) diagnostics.warn({ code: 'VERIFICATION', message });
  if (record.fidelity === 'low' && record.status === 'ok') diagnostics.warn(lowFidelity(record.cosine));
  return record;
}

/** Holds every stretch of exact steps to its promise; a broken one fails the verification. */
export async function verifySegments(
  record: VerificationRecord,
  segments: readonly ExactSegment[],
  samples: VerificationInputs,
  run: VerificationRun,
): Promise<VerificationRecord> {
  const reasons: string[] = [...record.reasons];
  for (const segment of segments) reasons.push(...(await inexactness(segment, samples, run)));
  return reasons.length === 0 ? record : { ...record, status: 'failed', reasons };
}
