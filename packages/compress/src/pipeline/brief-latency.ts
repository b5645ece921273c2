import { throwIfAborted } from '@onnx-compress/core';
import { HostError, type HostFeeds, type ModelLocation } from '@onnx-compress/runtime';
import type { LatencyRecord } from '../report/report.js';
import { cannotRun, tooSlow } from '../report/worth-messages.js';
import { type LatencyRun, measureLatency } from './latency.js';

/** The fewest pairs that tell anything, and short ones: about 2 s where one inference takes less than 10 ms. */
const BRIEF = { runs: 6, runMs: 30, margin: 0.05 } as const;

/** Time after which a brief measurement is given up, in seconds. */
const MOST_SECONDS = 10;

/** A brief measurement, or why there is none. */
export type BriefLatency = { readonly latency: LatencyRecord } | { readonly untimed: string };

/**
 * Times a result against its original in a few seconds, and gives up where that is not enough. Differences below 5 %
 * do not count.
 *
 * @throws CancelledError when the signal of the run fires
 */
export async function measureBriefly(
  original: ModelLocation,
  candidate: ModelLocation,
  feeds: HostFeeds,
  threads: number | undefined,
  run: LatencyRun,
): Promise<BriefLatency> {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), MOST_SECONDS * 1000);
  const started = performance.now();
  let last = started;
  const onRun = (done: number, total: number) => {
    const now = performance.now();
    // The first pair starts a process; later ones tell how long the rest will take.
    const restMs = done === 1 ? 0 : (now - last) * (total - done);
    if (now - started + restMs > MOST_SECONDS * 1000) stop.abort();
    last = now;
  };
  try {
    const signal = AbortSignal.any([run.signal, stop.signal]);
    return {
      latency: await measureLatency(original, candidate, feeds, { ...BRIEF, threads }, { ...run, signal, onRun }),
    };
  } catch (error) {
    throwIfAborted(run.signal);
    if (stop.signal.aborted) return { untimed: tooSlow(MOST_SECONDS) };
    if (error instanceof HostError) return { untimed: cannotRun(error.message) };
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
