import { quantiles } from '@onnx-compress/math';
import type { MemoryUse, RatioEstimate, TimedComparison, Timing } from '@onnx-compress/runtime';
import type { EnergyRecord, MeasuredFigures, RatioRecord } from './measure-report.js';

/** Parts of the inferences up to which a report tells their latency. */
export const LATENCY_PARTS: readonly number[] = Array.from({ length: 41 }, (_, index) => index / 40);

const sixDigits = (value: number) => Number(value.toPrecision(6));

/** What a report keeps of one model's measurement; the single inferences are dropped. */
export function figuresOf(timing: Timing, memory: MemoryUse | null, energy: EnergyRecord | null): MeasuredFigures {
  const { latencyMs, cpuMs, loadMs, throughput, inferences, runs } = timing;
  const latencyQuantiles = quantiles(
    runs.flatMap(({ latencies }) => latencies),
    LATENCY_PARTS,
  );
  return {
    latencyMs,
    latencyQuantiles: latencyQuantiles.map(sixDigits),
    cpuMs,
    loadMs,
    throughput,
    inferences,
    memory,
    energy,
  };
}

/** What a report keeps of a ratio. */
export function ratioOf({ ratio, low, high, verdict }: RatioEstimate): RatioRecord {
  return { ratio, interval: [low, high], verdict };
}

/** The ratio whose verdict counts. */
export function decidingRatio({ metric, cpu, latency }: TimedComparison): RatioEstimate {
  return metric === 'cpu' ? cpu : latency;
}
