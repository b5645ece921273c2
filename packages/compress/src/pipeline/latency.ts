import { type CompressEvent, trackProgress } from '@onnx-compress/core';
import {
  compareModels,
  type HostFeeds,
  type ModelLocation,
  type TimingOptions,
  type VerificationInputs,
} from '@onnx-compress/runtime';
import { decidingRatio } from '../measure/figures.js';
import type { LatencyRecord } from '../report/report.js';

/** How a run measures whether its result is faster. */
export interface LatencyOptions {
  /** Pairs of fresh sessions, at least 6; default 10. */
  readonly runs?: number | undefined;
  /** Threads inside one operator while measuring; default those of the run, else 1. */
  readonly threads?: number | undefined;
  /** Time after which no further run is begun, in seconds; default 30. At least 6 runs are made all the same. */
  readonly maxSeconds?: number | undefined;
  /** Differences below this part of 1 do not count; default 0.02. */
  readonly margin?: number | undefined;
  /** Also times every layer, for `LayerCost.timeMs`; default false. */
  readonly profile?: boolean | undefined;
}

/** What a measurement needs of the run that it is part of. */
export interface LatencyRun {
  readonly seed: number;
  readonly signal: AbortSignal;
  readonly emit: (event: CompressEvent) => void;
  /** Called after every pair. */
  readonly onRun?: OnRun;
}

type OnRun = (done: number, total: number) => void;

const both =
  (first: OnRun, second: OnRun = () => {}): OnRun =>
  (done, total) => {
    first(done, total);
    second(done, total);
  };

/** Seconds that a measurement inside a run may take. */
const MOST_SECONDS = 30;

/** The values that everything in a run is timed with. */
export async function firstSample(inputs: VerificationInputs): Promise<HostFeeds> {
  for await (const feeds of inputs.samples()) return feeds;
  throw new Error('a verification without samples');
}

/**
 * Times a result against its original in alternating pairs.
 *
 * @throws UsageError for fewer than 6 runs
 * @throws ModelError when one of them does not run
 */
export async function measureLatency(
  original: ModelLocation,
  candidate: ModelLocation,
  feeds: HostFeeds,
  options: LatencyOptions & Pick<TimingOptions, 'runMs'>,
  { seed, signal, emit, onRun }: LatencyRun,
): Promise<LatencyRecord> {
  const { runs, runMs, threads = 1, maxSeconds = MOST_SECONDS, margin } = options;
  emit({ type: 'phase', phase: 'measure' });
  const comparison = await trackProgress({ name: 'measure', index: 0, count: 1 }, emit, (progress) =>
    compareModels(
      { location: original, feeds },
      { location: candidate, feeds },
      { ...{ runs, runMs, threads, maxSeconds, margin, seed, signal }, onRun: both(progress, onRun) },
    ),
  );
  const { ratio, low, high, verdict, ratios } = decidingRatio(comparison);
  return {
    beforeMs: comparison.before.latencyMs.p50,
    afterMs: comparison.after.latencyMs.p50,
    speedup: ratio,
    interval: [low, high],
    verdict,
    metric: comparison.metric,
    margin: comparison.margin,
    threads,
    runs: ratios.length,
  };
}
