import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { nvidiaSmiFailed } from '../messages.js';
import type { Surroundings } from '../surroundings.js';
import { NVIDIA_SMI, type Query, queryArguments } from './query.js';
import { parseSample, type Sample } from './sample.js';

/** Milliseconds between two samples: the sensors of recent devices change every 100 ms. */
const SAMPLE_MS = 100;

const FIRST_SAMPLE_MS = 10_000;

/** An nvidia-smi that samples until it is stopped. */
export interface Sampler {
  /** What it said, or why it failed. */
  stop(): Promise<readonly Sample[] | { readonly refused: string }>;
}

/** Starts nvidia-smi as a child process, which goes on while this one computes, and waits for its first sample. */
export async function startSampler(query: Query, { environment }: Surroundings): Promise<Sampler> {
  const args = [...queryArguments(query), `--loop-ms=${SAMPLE_MS}`];
  const child = spawn(NVIDIA_SMI, args, { env: { ...environment }, stdio: ['ignore', 'pipe', 'ignore'] });
  const samples: Sample[] = [];
  let failure: unknown;
  const lines = createInterface({ input: child.stdout });
  const firstSample = new Promise<void>((done) => {
    lines.on('line', (line) => {
      const sample = parseSample(line);
      if (sample !== undefined) samples.push(sample);
      done();
    });
  });
  const ended = new Promise<void>((done) => {
    child.on('error', (error) => {
      failure = error;
      done();
    });
    child.on('close', () => done());
  });
  await Promise.race([firstSample, ended, after(FIRST_SAMPLE_MS)]);
  const stop = async () => {
    child.kill();
    await ended;
    return failure === undefined ? samples : { refused: nvidiaSmiFailed(failure) };
  };
  return { stop };
}

const after = (milliseconds: number) => new Promise<void>((done) => setTimeout(done, milliseconds).unref());
