import type { ModelLocation } from '../host/contract.js';
import type { HostFeeds } from '../inputs/input-spec.js';

/**
 * What a comparison says of the candidate. `better` and `worse` need an interval that excludes 1 and an effect above
 * the margin; `equivalent` needs an interval inside the margin; everything else is `inconclusive`.
 */
export type Verdict = 'better' | 'worse' | 'equivalent' | 'inconclusive';

/** A model and the values that it is run with. */
export interface TimedModel {
  readonly location: ModelLocation;
  readonly feeds: HostFeeds;
}

/** How a measurement is made. */
export interface TimingOptions {
  /** Pairs of fresh sessions; default 10, at least 6, for fewer give no interval of 95 %. */
  readonly runs?: number | undefined;
  /** Length of one uninterrupted block of inferences, in milliseconds; default 5. A block has one inference at least. */
  readonly blockMs?: number | undefined;
  /** Time that each model gets in a run after its warm-up, in milliseconds; default 200. Two blocks are made at least. */
  readonly runMs?: number | undefined;
  /** Threads inside one operator; default 1, spinning always off. */
  readonly threads?: number | undefined;
  /** Order of the models in each run; default 0. */
  readonly seed?: number | undefined;
  /** Differences below this part of 1 do not count; default 0.02. */
  readonly margin?: number | undefined;
  /** Time after which no further run is begun, in seconds; the least number of runs is made all the same. */
  readonly maxSeconds?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called after every run. */
  readonly onRun?: ((done: number, total: number) => void) | undefined;
}

/** Wall time of single inferences, in milliseconds. */
export interface LatencyDistribution {
  readonly min: number;
  readonly p50: number;
  readonly p90: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
  readonly mean: number;
}

/** One run of one model: fresh session, warm-up, then blocks. */
export interface TimedRun {
  /** Median wall time of one inference, in milliseconds. */
  readonly latencyMs: number;
  /** CPU time of one inference, in milliseconds, all threads together. */
  readonly cpuMs: number;
  /** Time to load the model, in milliseconds. */
  readonly loadMs: number;
  readonly inferences: number;
  /** Wall time of every inference, in milliseconds, in their order. */
  readonly latencies: readonly number[];
}

/** What was measured of one model. */
export interface Timing {
  readonly latencyMs: LatencyDistribution;
  /** Median over the runs. */
  readonly cpuMs: number;
  readonly loadMs: number;
  /** Inferences in a second, one after the other. */
  readonly throughput: number;
  readonly inferences: number;
  readonly runs: readonly TimedRun[];
}

/** A ratio before / after with its exact order-statistic interval; above 1 the second model is better. */
export interface RatioEstimate {
  readonly ratio: number;
  readonly low: number;
  readonly high: number;
  /** Probability with which the interval covers the true median, at least 0.95. */
  readonly coverage: number;
  readonly verdict: Verdict;
  /** One ratio per run. */
  readonly ratios: readonly number[];
}

/** How much the machine did besides, while it was measured; null where the system does not tell. */
export interface Disturbance {
  /** Part of the time that a hypervisor took away. */
  readonly steal: number | null;
  /** Part of the time that the measuring thread waited for a CPU. */
  readonly wait: number | null;
  /** True where absolute times cannot be trusted: wait above 10 % or steal above 2 %. */
  readonly disturbed: boolean;
}

/** Cost of one call that computes nothing, which is part of every inference from Node.js. */
export interface HarnessFloor {
  readonly latencyMs: number;
  readonly cpuMs: number;
}

/** Two models measured in alternating pairs. */
export interface TimedComparison {
  readonly before: Timing;
  readonly after: Timing;
  readonly cpu: RatioEstimate;
  readonly latency: RatioEstimate;
  /** The metric whose verdict counts: CPU time on one thread, wall time on more. */
  readonly metric: 'cpu' | 'latency';
  readonly margin: number;
  readonly disturbance: Disturbance;
}

/** Memory of a process that does nothing but load a model and run it once, in bytes. */
export interface MemoryUse {
  /** Highest resident size. */
  readonly peakBytes: number;
  /** Highest resident size before the model was loaded: Node.js and onnxruntime. */
  readonly baseBytes: number;
}
