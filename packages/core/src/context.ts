import type { Dim, Model, ShapeTable, Tensor } from '@onnx-compress/graph';
import type { Target } from './target.js';

/** Something a person should know although the run goes on. `code` is stable, `message` is one line. */
export interface Diagnostic {
  readonly code: string;
  readonly message: string;
  readonly node?: string;
  /** What would help, for those who want to know more. */
  readonly hint?: string;
}

/** A named stream of pseudo-random numbers; the same seed and name give the same numbers. */
export interface Random {
  /** Next number in [0, 1). */
  uniform(): number;
  /** Next standard normal number. */
  normal(): number;
  /** Next integer in [0, bound). */
  integer(bound: number): number;
}

/** Input values of one run, by graph input name. */
export type Feeds = ReadonlyMap<string, Tensor>;

/** Sample inputs for the model, without labels. Iterating again gives the same samples in the same order. */
export interface Calibration {
  readonly count: number;
  samples(): AsyncIterable<Feeds>;
  /** Any one of them, where they need not be read in order. */
  sample?(index: number): Promise<Feeds>;
}

/** Computes types and shapes of a model's values without its large weights. */
export interface ShapeInference {
  /**
   * @param dims values for symbolic dimensions; dimensions not named keep their symbol.
   */
  infer(model: Model, dims: ReadonlyMap<string, Dim>, signal: AbortSignal): Promise<ShapeTable>;
}

/** Runs a model; used to fold constant subgraphs. */
export interface Evaluator {
  evaluate(model: Uint8Array, feeds: Feeds, signal: AbortSignal): Promise<ReadonlyMap<string, Tensor>>;
}

/** Runs an edited copy of the model on many samples; used to see what flows between its layers. */
export interface SampleRuns {
  /**
   * Runs the model once per sample, in order, and hands over its graph outputs; nothing else is kept. Only what the
   * outputs need is computed, so an edited copy should have no others than those that are read.
   *
   * @param observe gets the outputs of one sample; the next sample runs when it has returned
   * @throws CancelledError when the signal fires
   */
  run(
    model: Model,
    samples: AsyncIterable<Feeds>,
    observe: (outputs: ReadonlyMap<string, Tensor>, sample: number) => void | Promise<void>,
    signal: AbortSignal,
  ): Promise<void>;
}

/** A dense matrix of float32, row after row. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float32Array;
}

/** Large matrix products, off the main thread. */
export interface Gemm {
  /**
   * `left * transpose(right)`: the products of all rows of one matrix with all rows of the other. With the same matrix
   * twice, its Gram matrix. Sums are float32.
   *
   * @param use gets the products; their memory is given back when it returns
   * @throws CancelledError when the signal fires
   */
  rowProducts(left: Matrix, right: Matrix, use: (products: Matrix) => void, signal: AbortSignal): Promise<void>;
  /**
   * `transpose(left) * right`: the products of all columns of one matrix with all columns of the other, which has as
   * many rows. Otherwise as `rowProducts`.
   */
  columnProducts(left: Matrix, right: Matrix, use: (products: Matrix) => void, signal: AbortSignal): Promise<void>;
}

/** Milliseconds of one inference. */
export interface ModelTime {
  /** By label of the node, nodes with the same label together; nodes that were fused away take none. */
  readonly nodes: ReadonlyMap<string, number>;
  /** Of kernels that no node stands for, such as conversions between layouts. */
  readonly elsewhere: number;
}

/** The time of one model as a part of the time of another. */
export interface TimeRatio {
  readonly ratio: number;
  /** The interval of 95 %. */
  readonly low: number;
  readonly high: number;
}

/** Measures the time of models on one thread, with all optimizations of onnxruntime. */
export interface NodeTimes {
  /** Where the time of each model goes. The models are timed in turn, so that all meet the same machine. */
  measure(models: readonly Model[], signal: AbortSignal): Promise<readonly ModelTime[]>;
  /** What part of the time of the original the candidate takes, end to end and in alternation. */
  compare(original: Model, candidate: Model, signal: AbortSignal): Promise<TimeRatio>;
}

/** What the pipeline lends to a running step. Steps reach files, onnxruntime and the clock only through it. */
export interface Context {
  readonly signal: AbortSignal;
  /** Reports that `done` of `total` units of this step are finished; `total` stays the same within a step. */
  progress(done: number, total: number, label?: string): void;
  warn(diagnostic: Diagnostic): void;
  /** The random stream of this name, derived from the run's seed. */
  random(stream: string): Random;
  readonly shapes: ShapeInference;
  readonly evaluator: Evaluator;
  readonly runs: SampleRuns;
  readonly gemm: Gemm;
  readonly nodeTimes: NodeTimes;
  /** Sizes of symbolic dimensions at which costs are counted. */
  readonly dims: ReadonlyMap<string, number>;
  readonly calibration: Calibration | undefined;
  /** The machine that will run the result. */
  readonly target: Target;
  /** True where the report will show pictures: a step may then read weights once more to draw them. */
  readonly drawsFigures: boolean;
}
