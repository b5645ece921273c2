import type { Diagnostic } from '@onnx-compress/core';
import type {
  Disturbance,
  HarnessFloor,
  LatencyDistribution,
  LayerProfile,
  MemoryUse,
  Verdict,
} from '@onnx-compress/runtime';
import type { BudgetRecord, ModelSize } from '../report/report.js';

/** Energy of one inference in joules, with its bounds. */
export interface EnergyRecord {
  readonly source: 'rapl' | 'nvidia' | 'estimate';
  readonly kind: 'measured' | 'estimated';
  readonly scope: 'package' | 'device' | 'process';
  readonly joules: number;
  readonly low: number;
  readonly high: number;
  /** Grams of CO2 equivalent for a million inferences; absent where the grid is not known. */
  readonly carbon?: { readonly grams: number; readonly low: number; readonly high: number; readonly grid: string };
}

/** A ratio before / after, above 1 where the measured model is better, and what it says. */
export interface RatioRecord {
  readonly ratio: number;
  readonly interval: readonly [number, number];
  readonly verdict: Verdict;
}

/** What was measured of one model at one input size. */
export interface MeasuredFigures {
  readonly latencyMs: LatencyDistribution;
  /** Wall time that 0, 2.5, 5 ... 100 % of the inferences do not exceed, in milliseconds: 41 numbers. */
  readonly latencyQuantiles: readonly number[];
  readonly cpuMs: number;
  readonly loadMs: number;
  readonly throughput: number;
  readonly inferences: number;
  readonly memory: MemoryUse | null;
  readonly energy: EnergyRecord | null;
}

/** What one inference took in one run, the median over the run, in milliseconds. */
export interface RunTimes {
  readonly latencyMs: number;
  readonly cpuMs: number;
}

/** One run: fresh sessions, then blocks of inferences. One that stands apart from the others was disturbed. */
export interface MeasuredRun {
  readonly before?: RunTimes;
  readonly after: RunTimes;
  /** Ratios before / after, from pairs of blocks; their medians are those of the case. */
  readonly cpuRatio?: number;
  readonly latencyRatio?: number;
}

/** Time of one node in milliseconds of an inference; absent on a side that has no such node. */
export interface NodeTime {
  /** Label of the node, in the reference where that one has it; null for what onnxruntime adds. */
  readonly node: string | null;
  readonly opType: string;
  readonly before?: number;
  readonly after?: number;
}

/** One input size. */
export interface MeasuredCase {
  /** `1x3x224x224`, several inputs joined by commas. */
  readonly label: string;
  readonly inputs: Readonly<Record<string, readonly number[]>>;
  readonly before?: MeasuredFigures;
  readonly after: MeasuredFigures;
  readonly cpu?: RatioRecord;
  readonly latency?: RatioRecord;
  readonly disturbance: Disturbance;
  /** The runs in their order, at most the first 100. */
  readonly runs: readonly MeasuredRun[];
  /** Multiply-accumulates at this size. */
  readonly macs: { readonly before?: number; readonly after: number };
}

/** A model that was measured: its size, and the figures of the first input size. */
export interface MeasuredSide extends ModelSize, MeasuredFigures {
  readonly path: string;
  /** Where the time goes; absent where no profile was asked for. */
  readonly profile?: LayerProfile;
}

/**
 * Result of `compress measure A [--against B]`, as `--json` prints it. `after` is A, the model that is measured;
 * `before` is B, the one it is held against. `speedup` is the time of B divided by the time of A.
 */
export interface MeasureReport {
  readonly schemaVersion: 1;
  readonly tool: { readonly name: string; readonly version: string };
  readonly onnxruntime: { readonly version: string; readonly cpuFeatures: readonly string[] };
  readonly machine: { readonly cpuModel: string; readonly cpuCount: number; readonly load: number };
  readonly settings: {
    readonly threads: number;
    readonly runs: number;
    readonly seed: number;
    readonly margin: number;
    readonly metric: 'cpu' | 'latency';
  };
  readonly before?: MeasuredSide;
  readonly after: MeasuredSide;
  readonly speedup?: number;
  readonly interval?: readonly [number, number];
  /** Said of A over all input sizes, corrected for their number; better or worse only where none contradicts. */
  readonly verdict?: Verdict;
  readonly cases: readonly MeasuredCase[];
  /**
   * Where the time goes, both models side by side; nodes that replaced another one, as quantization does, count in the
   * row of that one. Only nodes that take time; absent where no profile was asked for.
   */
  readonly nodeTimes?: readonly NodeTime[];
  /** The model held against itself on this machine, where `--aa` asked for it. */
  readonly selfCheck?: RatioRecord;
  readonly floor: HarnessFloor;
  readonly budgets: readonly BudgetRecord[];
  readonly warnings: readonly Diagnostic[];
}
