import type {
  Change,
  Diagnostic,
  Figure,
  JsonValue,
  LayerRepair,
  Removal,
  Skip,
  TechniqueFamily,
} from '@onnx-compress/core';
import type { Verdict } from '@onnx-compress/runtime';
import type { Recipe } from '../recipe/schema.js';
import type { FusionRecord } from './fusion.js';
import type { WorthRecord } from './worth.js';

/** Size of a model: whole file, parameters, weight bytes, multiply-accumulates of one run, nodes. */
export interface ModelSize {
  /** Bytes of the file and its external data; 0 where the model is not a file yet. */
  readonly fileBytes: number;
  /** Elements of all constants. */
  readonly parameters: number;
  /** Elements of weights proper: without biases, normalization, scales, zero points and shape constants. */
  readonly weights: number;
  readonly weightBytes: number;
  readonly weightBytesByDtype: Readonly<Record<string, number>>;
  /** Bytes of the file and its external data, each compressed with gzip; only where a step set weights to zero. */
  readonly gzipBytes?: number;
  /** Multiply-accumulates of Conv, ConvTranspose, Gemm, MatMul and recurrent layers; biases not counted. */
  readonly macs: number;
  /** Floating-point operations: two for each multiply-accumulate, exactly. */
  readonly flops: number;
  readonly nodes: number;
  /** Labels of layers whose multiply-accumulates are missing above, because a shape is unknown. */
  readonly unknownMacs?: readonly string[];
}

/** A file with the hash of its bytes; `external` lists external data files, whose bytes `fileBytes` covers. */
export interface FileRecord {
  /** Null for a model in memory. */
  readonly path: string | null;
  readonly fileBytes: number;
  /** SHA-256 of the `.onnx` file, hexadecimal. */
  readonly sha256: string;
  readonly external?: readonly { readonly path: string; readonly fileBytes: number; readonly sha256: string }[];
}

/** The file that was read. */
export interface InputRecord extends FileRecord {
  readonly irVersion: number;
  readonly opsets: Readonly<Record<string, number>>;
}

/** What one step did and what it cost. */
export interface StepRecord {
  readonly family: TechniqueFamily;
  /** `prune l1`, `quant int8-per-channel`, `tidy`. */
  readonly name: string;
  /** The step in spec grammar, so that it can be typed again: `l1:0.4`. */
  readonly spec: string;
  /** Size of the file that would be written here. */
  readonly bytesBefore: number;
  readonly bytesAfter: number;
  readonly parametersBefore: number;
  readonly parametersAfter: number;
  readonly macsBefore: number;
  readonly macsAfter: number;
  readonly durationMs: number;
  readonly changed: readonly Change[];
  readonly skipped: readonly Skip[];
  readonly metrics: { readonly [name: string]: JsonValue };
  /** Channels that went, group by group. */
  readonly removals?: readonly Removal[];
  /** What was repaired behind the changes of this step, layer by layer in the order of execution. */
  readonly repairs?: readonly LayerRepair[];
  /** Pictures that the step adds to the HTML report, as data. */
  readonly figures?: readonly Figure[];
}

/** Likeness of one output of the result to the same output of the original. */
export interface OutputRecord {
  readonly name: string;
  readonly cosine: number | null;
  /** Signal-to-noise ratio in dB; null where the outputs are identical. */
  readonly snrDb: number | null;
  readonly maxAbsError: number | null;
  /** Part of the samples with the same argmax; only for class scores. */
  readonly agreement?: number;
}

/** How like the original the result is, by cosine: rounding only, >= 0.99, >= 0.9, below. */
export type Fidelity = 'exact' | 'high' | 'medium' | 'low';

/** The comparison of original and result in onnxruntime; the figures are null where nothing was run. */
export interface VerificationRecord {
  /** Soundness: `failed` means that the file must not be used. */
  readonly status: 'ok' | 'failed' | 'off';
  readonly reasons: readonly string[];
  readonly fidelity: Fidelity | null;
  readonly inputs: {
    readonly source: string;
    readonly count: number;
    readonly dims: Readonly<Record<string, number>>;
  };
  readonly outputs: readonly OutputRecord[];
  /** Worst over the outputs. */
  readonly cosine: number | null;
  /** Worst over the outputs; null where all are identical. */
  readonly snrDb: number | null;
  readonly agreement?: number;
  readonly optimizationLevels: readonly string[];
}

/** Time of one inference before and after, measured in alternating pairs. */
export interface LatencyRecord {
  /** Medians over all inferences, in milliseconds of wall time. */
  readonly beforeMs: number;
  readonly afterMs: number;
  /** Before / after of the deciding metric: above 1 the result is faster. */
  readonly speedup: number;
  /** Exact interval of the speedup at 95 % or more. */
  readonly interval: readonly [number, number];
  /** Said of the result. */
  readonly verdict: Verdict;
  /** What decides: CPU time on one thread, wall time on more. */
  readonly metric: 'cpu' | 'latency';
  /** Differences below this part of 1 do not count. */
  readonly margin: number;
  readonly threads: number;
  readonly runs: number;
}

/** One layer before and after; the null side lacks it. Layers are matched by the label of their node. */
export interface LayerRecord {
  readonly node: string;
  readonly opType: string;
  readonly before: LayerCost | null;
  readonly after: LayerCost | null;
}

/** What one layer costs. */
export interface LayerCost {
  readonly parameters: number;
  readonly weightBytes: number;
  /** Null where its shapes are not known. */
  readonly macs: number | null;
  /** Milliseconds of one inference, from onnxruntime's profile; absent where it was not measured. */
  readonly timeMs?: number;
}

/** One limit and what the run reached; `actual` is null where it could not be measured. */
export interface BudgetRecord {
  readonly name: string;
  readonly limit: number;
  readonly actual: number | null;
  readonly ok: boolean;
}

/** The caller's own accuracy, before and after. */
export interface ScoreRecord {
  readonly before: number;
  readonly after: number;
}

/** Everything that is known about one run, as `--json` prints it. */
export interface Report {
  readonly schemaVersion: 1;
  readonly tool: { readonly name: string; readonly version: string };
  readonly onnxruntime: { readonly version: string; readonly cpuFeatures: readonly string[] };
  readonly seed: number;
  readonly recipe: Recipe;
  readonly input: InputRecord;
  /** Null path where no file was written: a model in memory, a dry run, a rejected result. */
  readonly output: FileRecord;
  readonly before: ModelSize;
  readonly after: ModelSize;
  /** Values assumed for symbolic dimensions when `macs` was counted. */
  readonly assumedDims: Readonly<Record<string, number>>;
  readonly steps: readonly StepRecord[];
  readonly verification: VerificationRecord;
  readonly score?: ScoreRecord;
  /** Absent where nothing was measured: neither asked for, nor a quantized result on its own machine. */
  readonly latency?: LatencyRecord;
  /** Whether a quantized result is smaller and faster; absent where nothing was quantized. */
  readonly worth?: WorthRecord;
  /** Whether layers with quantized activations run on integer kernels; absent where nobody could look. */
  readonly fusion?: FusionRecord;
  /** Layers with weights or multiply-accumulates, in the order of execution. */
  readonly layers?: readonly LayerRecord[];
  /** Pictures of the whole run, such as histograms of weights; made only where a report wants them. */
  readonly figures?: readonly Figure[];
  readonly budgets: readonly BudgetRecord[];
  readonly warnings: readonly Diagnostic[];
  /** True where the input's bytes were passed on unchanged. */
  readonly unchanged: boolean;
}
