import { createReadStream } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Model } from '@onnx-compress/graph';
import { openModel, writeModel } from '@onnx-compress/graph/node';
import type { Host, HostedSession } from '../host/contract.js';
import { HostError } from '../host/errors.js';
import { createHost } from '../host/host.js';
import type { HostFeeds } from '../inputs/input-spec.js';
import type { LayerProfile } from './contract.js';
import { type KernelTimes, parseProfile } from './kernel-times.js';
import { layerProfile } from './layer-profile.js';
import { markNodes } from './marked-model.js';
import { nothingProfiled } from './messages.js';

/** How the layers of a model are timed. */
export interface ProfileOptions {
  /** Time after which no further inference is begun, in seconds; default 1. At least 2 are timed, at most 50. */
  readonly seconds?: number | undefined;
  /** Where a copy of the model and the profile are kept meanwhile; default the system's temporary folder. */
  readonly folder?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

const FEWEST = 2;
const MOST = 50;
const WARM_UPS = 3;

/**
 * Times every node of a model on one thread, as onnxruntime runs it with all optimizations. onnxruntime fuses and
 * renames nodes, so a copy with marked names is profiled, in a process of its own, and its kernels are assigned to the
 * nodes that they stand for; the time of fused nodes counts at one of them. The copy is removed in any case.
 *
 * @param feeds a tensor for each input
 * @throws HostError when onnxruntime cannot load or run the model
 * @throws ModelError when onnxruntime records nothing
 * @throws CancelledError when the signal fires
 * @example const { layers, totalMs } = await profileModel(model, feeds, { seconds: 2 });
 */
export async function profileModel(
  model: Model,
  feeds: HostFeeds,
  { seconds = 1, folder: parent = tmpdir(), signal }: ProfileOptions = {},
): Promise<LayerProfile> {
  const folder = await mkdtemp(join(parent, 'onnx-compress-profile-'));
  const host = createHost('process');
  try {
    const marked = markNodes(model);
    const path = join(folder, 'model.onnx');
    await writeModel(marked.model, path, signal);
    const warmUps = await recordRuns(host, { folder, path }, feeds, { seconds, signal });
    await host.close();
    const times = await readProfile(folder, warmUps);
    const optimized = await openModel(join(folder, OPTIMIZED)).catch(() => undefined);
    try {
      return layerProfile(model, marked, times, optimized);
    } finally {
      await optimized?.close();
    }
  } finally {
    await host.close();
    await rm(folder, { recursive: true, force: true });
  }
}

const OPTIMIZED = 'optimized.onnx';
const PROFILE = 'profile';

interface Files {
  readonly folder: string;
  /** The model to run. */
  readonly path: string;
}

interface RunLimits {
  readonly seconds: number;
  readonly signal: AbortSignal | undefined;
}

/** Leaves a profile in the folder; returns how many of its first inferences do not count. */
async function recordRuns(host: Host, files: Files, feeds: HostFeeds, { seconds, signal }: RunLimits): Promise<number> {
  const session = await openForProfile(host, files, signal);
  const run = () => session.run(feeds, signal ? { signal } : {});
  const warmUps = await repeat(run, 1, WARM_UPS, seconds);
  await repeat(run, FEWEST, MOST, seconds);
  await session.endProfiling(signal);
  return warmUps;
}

/** onnxruntime cannot write every model that it can run; those are profiled without their optimized graph. */
async function openForProfile(
  host: Host,
  { folder, path }: Files,
  signal: AbortSignal | undefined,
): Promise<HostedSession> {
  const options = { threads: 1, profilePrefix: join(folder, PROFILE), ...(signal && { signal }) };
  const config = { 'session.optimized_model_external_initializers_file_name': `${OPTIMIZED}.data` };
  try {
    return await host.open({ path }, { ...options, config, optimizedModelPath: join(folder, OPTIMIZED) });
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    await rm(join(folder, OPTIMIZED), { force: true });
    return host.open({ path }, options);
  }
}

/** Runs until the time is up, but at least and at most so often; returns how often. */
async function repeat(run: () => Promise<unknown>, fewest: number, most: number, seconds: number): Promise<number> {
  const end = performance.now() + seconds * 1000;
  let count = 0;
  while (count < fewest || (count < most && performance.now() < end)) {
    await run();
    count++;
  }
  return count;
}

async function readProfile(folder: string, warmUps: number): Promise<KernelTimes> {
  const names = (await readdir(folder)).filter((name) => name.startsWith(`${PROFILE}_`));
  const [name] = names.sort().reverse();
  if (name === undefined) throw nothingProfiled('it wrote no profile');
  const lines = createInterface({ input: createReadStream(join(folder, name)), crlfDelay: Number.POSITIVE_INFINITY });
  return parseProfile(lines, warmUps);
}
