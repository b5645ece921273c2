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
  readonly cpuMs: number;
  readonly loadMs: number;
  readonly throughput: number;
  readonly inferences: number;
  readonly memory: MemoryUse | null;
  readonly energy: EnergyRecord | null;
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
  /** The model held against itself on this machine, where `--aa` asked for it. */
  readonly selfCheck?: RatioRecord;
  readonly floor: HarnessFloor;
  readonly budgets: readonly BudgetRecord[];
  readonly warnings: readonly Diagnostic[];
}
