import { type CompressEvent, trackProgress } from '@onnx-compress/core';
import type { TimingOptions } from '@onnx-compress/runtime';
import type { Diagnostics } from '../pipeline/diagnostics.js';
import type { Engine } from '../pipeline/engine.js';
import type { Energy } from './energy-source.js';
import type { Instruments } from './instruments.js';

/** How every comparison of a measurement is made. */
export interface Settings {
  readonly runs: number;
  readonly blockMs: number | undefined;
  readonly threads: number;
  readonly seed: number;
  readonly margin: number;
  /** Time for all comparisons together. */
  readonly maxSeconds: number | undefined;
  readonly memory: boolean;
}

/** What all parts of a measurement share. */
export interface Bench {
  readonly instruments: Instruments;
  readonly settings: Settings;
  readonly engine: Engine;
  readonly energy: Energy | undefined;
  readonly diagnostics: Diagnostics;
  readonly signal: AbortSignal;
  readonly emit: (event: CompressEvent) => void;
}

/** One timing among several, for progress and its share of the time. */
export interface Place {
  readonly name: string;
  readonly index: number;
  readonly count: number;
}

/** Runs one timing and tells how far it is. */
export function timed<T>(
  { settings, signal, emit }: Bench,
  place: Place,
  work: (options: TimingOptions) => Promise<T>,
): Promise<T> {
  const { runs, blockMs, threads, seed, margin, maxSeconds } = settings;
  return trackProgress(place, emit, (onRun) =>
    work({
      runs,
      blockMs,
      threads,
      seed,
      margin,
      maxSeconds: maxSeconds === undefined ? undefined : maxSeconds / place.count,
      signal,
      onRun: (done, total) => onRun(done, total, `run ${done} of ${total}`),
    }),
  );
}
