import type { TimingOptions } from './contract.js';
import { notPositive, tooFewRuns } from './messages.js';

/** Fewest runs that give an exact interval of 95 %: 1 - 2 / 2^6 = 0.969. */
export const LEAST_RUNS = 6;

/** Timing options with everything decided. */
export interface TimingSettings {
  readonly runs: number;
  readonly blockMs: number;
  readonly runMs: number;
  readonly threads: number;
  readonly seed: number;
  readonly margin: number;
  readonly maxSeconds: number;
  readonly signal: AbortSignal | undefined;
  readonly onRun: (done: number, total: number) => void;
}

/**
 * Fills in the defaults.
 *
 * @throws UsageError for fewer than 6 runs, and for numbers that are not above 0
 */
export function timingSettings(options: TimingOptions): TimingSettings {
  const {
    runs = 10,
    blockMs = 5,
    runMs = 200,
    threads = 1,
    seed = 0,
    margin = 0.02,
    maxSeconds = Number.POSITIVE_INFINITY,
  } = options;
  if (!(Number.isInteger(runs) && runs >= LEAST_RUNS)) throw tooFewRuns(runs, LEAST_RUNS);
  for (const [name, value] of Object.entries({ blockMs, runMs, threads, margin, maxSeconds })) {
    if (!(value > 0)) throw notPositive(name, value);
  }
  return {
    ...{ runs, blockMs, runMs, threads, seed, margin, maxSeconds },
    ...{ signal: options.signal, onRun: options.onRun ?? ignore },
  };
}

const ignore = (): void => undefined;
