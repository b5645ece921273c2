import type { Dim, Model, ShapeTable, Tensor } from '@onnx-compress/graph';

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
  readonly calibration: Calibration | undefined;
  /** True where the report will show pictures: a step may then read weights once more to draw them. */
  readonly drawsFigures: boolean;
}
