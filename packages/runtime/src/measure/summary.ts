import { median, quantiles } from '@onnx-compress/math';
import type { LatencyDistribution, TimedRun, Timing } from './contract.js';
import type { RunRecord } from './run.js';
import { cpuOf } from './run-ratios.js';

/** What the runs of one model say together. */
export function timingOf(records: readonly RunRecord[]): Timing {
  const runs = records.map(timedRun);
  const latencies = runs.flatMap((run) => run.latencies);
  const latencyMs = distributionOf(latencies);
  return {
    latencyMs,
    cpuMs: median(runs.map(({ cpuMs }) => cpuMs)),
    loadMs: median(runs.map(({ loadMs }) => loadMs)),
    throughput: 1000 / latencyMs.mean,
    inferences: latencies.length,
    runs,
  };
}

function timedRun({ loadMs, blocks }: RunRecord): TimedRun {
  const latencies = blocks.flatMap((block) => [...block.latencies]);
  return {
    latencyMs: median(latencies),
    cpuMs: median(blocks.map(cpuOf)),
    loadMs,
    inferences: latencies.length,
    latencies,
  };
}

function distributionOf(latencies: readonly number[]): LatencyDistribution {
  const [min = 0, p50 = 0, p90 = 0, p95 = 0, p99 = 0, max = 0] = quantiles(latencies, [0, 0.5, 0.9, 0.95, 0.99, 1]);
  const mean = latencies.reduce((sum, latency) => sum + latency, 0) / latencies.length;
  return { min, p50, p90, p95, p99, max, mean };
}
