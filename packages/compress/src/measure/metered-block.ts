import { createHost, type EnergyResult, type EnergySource, type TimedModel } from '@onnx-compress/runtime';

/** Least length of a block under a meter in milliseconds: counters step too coarsely for less. */
const LEAST_BLOCK = 1000;
/** Inferences before a block, which are not counted. */
const WARM_UP = { calls: 5, minimumMs: 200, maximumMs: 1000 } as const;

/** How a model runs under a meter. */
export interface MeterRun {
  readonly threads: number;
  readonly signal: AbortSignal;
}

/** Inferences one after the other in a process of their own, with what a meter read meanwhile. */
export interface MeteredBlock {
  readonly startedAt: Date;
  /** Number of that process. */
  readonly processId: number;
  readonly seconds: number;
  /** CPU time of the process, all threads together. */
  readonly cpuSeconds: number;
  /** Wall time of every inference, in milliseconds, in their order. */
  readonly latencies: readonly number[];
  /** Undefined where there was no meter. */
  readonly energy: EnergyResult | undefined;
}

/**
 * Runs a model in a fresh session for a second or, where the meter needs longer, for as long as that.
 *
 * @throws ModelError when the model does not run
 * @throws CancelledError when the signal fires
 */
export async function runMetered(
  model: TimedModel,
  source: EnergySource | undefined,
  { threads, signal }: MeterRun,
): Promise<MeteredBlock> {
  const host = createHost('process');
  try {
    const session = await host.open(model.location, { threads, signal });
    await session.bind(model.feeds, { signal });
    await host.time([{ session, ...WARM_UP }], signal);
    const { processId } = await host.usage(signal);
    const minimumMs = Math.max(LEAST_BLOCK, source?.resolutionMs ?? 0);
    const startedAt = new Date();
    const meter = await source?.start();
    const blocks = await host.time([{ session, calls: 1, minimumMs }], signal);
    const cpuSeconds = blocks.reduce((sum, { cpuMs }) => sum + cpuMs, 0) / 1000;
    const energy = await meter?.stop(cpuSeconds);
    const latencies = blocks.flatMap((block) => [...block.latencies]);
    const seconds = latencies.reduce((sum, latency) => sum + latency, 0) / 1000;
    return { startedAt, processId, seconds, cpuSeconds, latencies, energy };
  } finally {
    await host.close();
  }
}
