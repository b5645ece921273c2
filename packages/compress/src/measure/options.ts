import type { CompressEvent } from '@onnx-compress/core';
import type { EnergyOptions, PreprocessOptions } from '@onnx-compress/runtime';
import type { CalibrationSource } from '../pipeline/run-inputs.js';

/** Energy of a measurement, and what it is worth in carbon dioxide. */
export interface MeasureEnergyOptions extends Partial<EnergyOptions> {
  /** Grams of CO2 equivalent for a kilowatt-hour of the grid. */
  readonly gridIntensity?: number | undefined;
  /** ISO 3166 code of the country whose grid is used, such as FRA; needs the package `@tgwf/co2`. */
  readonly country?: string | undefined;
}

/** Limits of a measurement. */
export interface MeasureBudgets {
  /** Least time of the reference divided by the time of the model, at every input size. */
  readonly minSpeedup?: number | undefined;
}

/** Options of `measureFiles`. */
export interface MeasureOptions {
  /** Model file that the measured one is held against; without one there is neither speedup nor verdict. */
  readonly against?: string | undefined;
  /** Sizes to measure at: `1x3x224x224`, or by name `ids=1x16+mask=1x16`; default the model's own. */
  readonly inputSizes?: readonly string[] | undefined;
  /** Batch sizes, each measured with each of the input sizes, whose first axes they replace. */
  readonly batch?: readonly number[] | undefined;
  /** Fixed values of inputs, by name. */
  readonly inputs?: Readonly<Record<string, string>> | undefined;
  /** Sizes of symbolic dimensions, by name. */
  readonly dims?: Readonly<Record<string, number>> | undefined;
  /** Samples whose first one is the input; without them inputs are seeded random values. */
  readonly calibration?: CalibrationSource | undefined;
  /** How pictures of `calibration` become values of the input, as in `CompressOptions`. */
  readonly preprocess?: string | PreprocessOptions | undefined;
  /** Pairs of fresh sessions, at least 6, with several input sizes a few more; default 10. */
  readonly runs?: number | undefined;
  /** Least length of an uninterrupted block of inferences in milliseconds. */
  readonly blockMs?: number | undefined;
  /** Threads inside one operator; default 1. */
  readonly threads?: number | undefined;
  readonly seed?: number | undefined;
  /** Differences below this part of 1 do not count; default 0.02. */
  readonly margin?: number | undefined;
  /** Time for all comparisons together in seconds; the least number of runs is made all the same. */
  readonly maxSeconds?: number | undefined;
  /** Holds the reference against itself first; the margin becomes at least the half-width of that interval. */
  readonly selfCheck?: boolean | undefined;
  /** Also measures where the time goes, node by node. */
  readonly profile?: boolean | undefined;
  /** Peak memory, in a process of its own for each model and size; default true. */
  readonly memory?: boolean | undefined;
  readonly energy?: MeasureEnergyOptions | undefined;
  /** Folder to make for the readers of AIPowerMeter; every run and size takes a second more. */
  readonly aiPowerMeter?: string | undefined;
  readonly budgets?: MeasureBudgets | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onEvent?: ((event: CompressEvent) => void) | undefined;
}
