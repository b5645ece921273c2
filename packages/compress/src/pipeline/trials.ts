import { runtimeEnvironment, type VerificationInputs } from '@onnx-compress/runtime';
import type { LayerTimes } from '../report/layers.js';
import type { LatencyRecord, VerificationRecord } from '../report/report.js';
import { notVerified, notWanted, otherMachine, unsound } from '../report/worth-messages.js';
import { targetOf } from '../target/target.js';
import { measureBriefly } from './brief-latency.js';
import { exactSegments } from './exact-segments.js';
import type { Job } from './job.js';
import { firstSample, measureLatency } from './latency.js';
import { layerTimes } from './layer-times.js';
import type { RunInputs } from './run-inputs.js';
import type { FinishedStep } from './run-steps.js';
import { withTemporaryFolder } from './temporary-folder.js';
import type { Transformed } from './transform.js';
import { NOT_VERIFIED, type VerificationRun, verificationSamples, verifyCandidate, verifySegments } from './verify.js';
import type { Workshop } from './workshop.js';

/** What was measured; empty where nothing was asked for. */
interface Speed {
  readonly latency?: LatencyRecord;
  readonly times?: LayerTimes;
  /** Why a quantized result was not timed. */
  readonly untimed?: string;
}

/** The runs of the result that were asked for, made ready before anything is changed. */
export interface Trials {
  verify(made: Transformed): Promise<VerificationRecord>;
  measure(made: Transformed, verification: VerificationRecord): Promise<Speed>;
}

const changedNothingOrExact = ({ planned, result }: FinishedStep) =>
  planned.transform.exact || result.changed.length === 0;

async function verify(
  { source, signal, emit }: Job,
  samples: VerificationInputs,
  run: VerificationRun,
  { finished, model, staged }: Transformed,
): Promise<VerificationRecord> {
  emit({ type: 'phase', phase: 'verify' });
  const candidate = { model, location: { path: staged.path } };
  const record = await verifyCandidate(source, candidate, samples, finished.every(changedNothingOrExact), run);
  if (record.status !== 'ok') return record;
  return withTemporaryFolder(async (folder) =>
    verifySegments(record, await exactSegments(finished, source, candidate, folder, signal), samples, run),
  );
}

const wasQuantized = ({ planned, result }: FinishedStep) =>
  planned.step.family === 'quant' && result.changed.length > 0;

/** Times a quantized result for a few seconds, where it runs on the machine that it is made for. */
async function measureQuantized(
  { source, recipe: { seed, target }, threads, signal, emit }: Job,
  samples: VerificationInputs,
  { finished, staged }: Transformed,
): Promise<Speed> {
  if (!finished.some(wasQuantized)) return {};
  const machine = targetOf(await runtimeEnvironment());
  if (target !== machine) return { untimed: otherMachine(target, machine) };
  const run = { seed, signal, emit };
  return measureBriefly(source.location, { path: staged.path }, await firstSample(samples), threads, run);
}

/** Measures with the first sample of the verification; an unsound result is not worth it. */
async function measure(
  job: Job,
  samples: VerificationInputs,
  { diagnostics }: VerificationRun,
  made: Transformed,
  { status }: VerificationRecord,
): Promise<Speed> {
  const { source, recipe, latency: options, signal, emit } = job;
  if (options === undefined) return { untimed: notWanted() };
  if (status === 'failed') return { untimed: unsound() };
  if (options === 'brief') return measureQuantized(job, samples, made);
  const { model, staged } = made;
  const feeds = await firstSample(samples);
  const run = { seed: recipe.seed, signal, emit };
  const latency = await measureLatency(source.location, { path: staged.path }, feeds, options, run);
  if (options.profile !== true) return { latency };
  return { latency, times: await layerTimes(source.model, model, feeds, { signal, warn: diagnostics.warn }) };
}

/**
 * Chooses the samples and thereby runs the original, so that a model that cannot be run is refused at once.
 *
 * @throws ModelError when the original does not load or run
 */
export async function prepareTrials(job: Job, inputs: RunInputs, shop: Workshop): Promise<Trials> {
  const { source, recipe, latency } = job;
  const verifies = recipe.verify !== 'off';
  if (!verifies && (latency === undefined || latency === 'brief')) {
    return { verify: async () => NOT_VERIFIED, measure: async () => ({ untimed: notVerified() }) };
  }
  const run = { ...shop, level: recipe.verify === 'off' ? 'fast' : recipe.verify } as const;
  const samples = await verificationSamples(source, inputs, recipe.seed, run);
  return {
    verify: async (made) => (verifies ? verify(job, samples, run, made) : NOT_VERIFIED),
    measure: (made, verification) => measure(job, samples, run, made, verification),
  };
}
