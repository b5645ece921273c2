import type { BlockLength, TimedBlock } from './timing-contract.js';

/** Runs a bound session once and leaves the outputs alone. */
export type Inference = () => Promise<unknown>;

/** Runs inferences without a pause until the block is as long as it should be. */
export async function timeBlock(infer: Inference, length: BlockLength): Promise<TimedBlock> {
  const { calls, minimumMs = 0, maximumMs = Number.POSITIVE_INFINITY } = length;
  const latencies: number[] = [];
  const cpu = process.cpuUsage();
  const start = performance.now();
  let last = start;
  do {
    await infer();
    const now = performance.now();
    latencies.push(now - last);
    last = now;
  } while ((latencies.length < calls || last - start < minimumMs) && last - start < maximumMs);
  const { user, system } = process.cpuUsage(cpu);
  return { cpuMs: (user + system) / 1000, latencies: Float64Array.from(latencies) };
}
