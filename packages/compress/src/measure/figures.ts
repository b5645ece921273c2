import type { MemoryUse, RatioEstimate, TimedComparison, Timing } from '@onnx-compress/runtime';
import type { EnergyRecord, MeasuredFigures, RatioRecord } from './measure-report.js';

/** What a report keeps of one model's measurement; the single runs are dropped. */
export function figuresOf(timing: Timing, memory: MemoryUse | null, energy: EnergyRecord | null): MeasuredFigures {
  const { latencyMs, cpuMs, loadMs, throughput, inferences } = timing;
  return { latencyMs, cpuMs, loadMs, throughput, inferences, memory, energy };
}

/** What a report keeps of a ratio. */
export function ratioOf({ ratio, low, high, verdict }: RatioEstimate): RatioRecord {
  return { ratio, interval: [low, high], verdict };
}

/** The ratio whose verdict counts. */
export function decidingRatio({ metric, cpu, latency }: TimedComparison): RatioEstimate {
  return metric === 'cpu' ? cpu : latency;
}
