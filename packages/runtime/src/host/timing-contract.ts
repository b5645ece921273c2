import type { Host, HostedSession, HostTensor, ModelLocation, RunOptions, SessionOptions } from './contract.js';

/** How long an uninterrupted block of inferences is: until both minima are reached, or the maximum of time. */
export interface BlockLength {
  /** Least number of inferences, at least 1. */
  readonly calls: number;
  /** Least length in milliseconds; default 0. */
  readonly minimumMs?: number;
  /** Time after which no further inference begins, in milliseconds; the first one always runs. Default: none. */
  readonly maximumMs?: number;
}

/** One block that is to be run. */
export interface PlannedBlock extends BlockLength {
  readonly session: TimedSession;
}

/** An uninterrupted block of inferences of one session, measured beside onnxruntime: no message is part of it. */
export interface TimedBlock {
  /** User and system time of the whole process, all threads together, in milliseconds. */
  readonly cpuMs: number;
  /** Wall time of every inference, in milliseconds, in their order. */
  readonly latencies: Float64Array;
}

/** What the system tells of the thread and machine that run onnxruntime; null where it does not tell. */
export interface HostUsage {
  /** Number of the process. */
  readonly processId: number;
  /** Resident size of the process now, in bytes. */
  readonly residentBytes: number;
  /** Highest resident size of the process so far, in bytes. */
  readonly peakBytes: number;
  /** Clock of this reading, in milliseconds; only differences mean something. */
  readonly wallMs: number;
  /** Time that the thread was ready to run and waited for a CPU, in milliseconds. */
  readonly waitMs: number | null;
  /** Clock ticks that the hypervisor gave to others, all CPUs together. */
  readonly stolenTicks: number | null;
  /** Clock ticks of all kinds, all CPUs together. */
  readonly totalTicks: number | null;
}

/** A session whose inferences can be timed. */
export interface TimedSession extends HostedSession {
  /** Number of the session in its host. */
  readonly id: number;
  /** Time that onnxruntime took to load the model, in milliseconds. */
  readonly loadMs: number;
  /**
   * Hands over the inputs that `TimingHost.time` runs the session with, once for all blocks.
   * @throws HostError when the model has no such input or output, or its process dies
   * @throws CancelledError when the signal fires
   */
  bind(feeds: ReadonlyMap<string, HostTensor>, options?: RunOptions): Promise<void>;
}

/** A host that measures beside onnxruntime, in its worker or process. */
export interface TimingHost extends Host {
  open(model: ModelLocation, options?: SessionOptions): Promise<TimedSession>;
  /**
   * Runs the blocks one after the other; a session may stand in the schedule many times. Outputs stay where they are.
   * Sessions must be bound.
   *
   * @throws HostError when an inference fails, or when the process dies
   * @throws CancelledError when the signal fires; the worker or process is ended at once
   * @example
   * await session.bind(feeds);
   * const [block] = await host.time([{ session, calls: 20 }]);
   */
  time(schedule: readonly PlannedBlock[], signal?: AbortSignal): Promise<readonly TimedBlock[]>;
  /**
   * Reads memory and waiting times of the worker or process; starts it where it does not run.
   * @throws HostError when the process dies
   * @throws CancelledError when the signal fires
   */
  usage(signal?: AbortSignal): Promise<HostUsage>;
}
