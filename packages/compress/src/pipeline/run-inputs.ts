import type { Calibration } from '@onnx-compress/core';
import type { Model } from '@onnx-compress/graph';
import {
  chooseInputs,
  type FixedInputs,
  fromHostTensors,
  inputSpecs,
  openCalibration,
  type PreprocessOptions,
  readFixedInputs,
  resolvePreprocessing,
  type SampleSource,
  splitCalibration,
  type VerifiedModel,
} from '@onnx-compress/runtime';
import { nothingToPreprocess } from '../messages.js';
import type { Recipe, VerifyLevel } from '../recipe/schema.js';
import type { VerificationRun } from './verify.js';

/** The word that asks for random calibration samples. */
const RANDOM = 'random';

/** Values that a model is run with. */
export interface RunInputs {
  /** Values that hold in every run. */
  readonly fixed: FixedInputs;
  /** Sizes of symbolic dimensions that were asked for. */
  readonly dims: ReadonlyMap<string, number>;
  /** Samples for steps to work from; undefined where none were given. See `tuningSamples`. */
  readonly tuning: Calibration | undefined;
  /** Whether steps are to work from random samples. */
  readonly random: boolean;
  /** Samples for verification only; undefined where nothing will be verified. */
  readonly heldOut: Calibration | undefined;
}

/** What decides the values that a model is run with, besides the samples themselves. */
export interface RunInputSettings extends Pick<Recipe, 'inputs' | 'dims'> {
  readonly verify?: VerifyLevel | undefined;
  readonly preprocess?: string | PreprocessOptions | undefined;
}

/** Where samples come from: files and folders, or a source of the caller's own. */
export type CalibrationSource = readonly string[] | SampleSource;

/** Whether there are samples at all. */
export const isGiven = (source: CalibrationSource): boolean => !isPaths(source) || source.length > 0;

const isPaths = (source: CalibrationSource): source is readonly string[] => Array.isArray(source);

/** Paths of a source as a recipe stores them; a source of the caller's own has none. */
export function calibrationPaths(source: CalibrationSource): readonly string[] {
  return isPaths(source) ? source : [];
}

async function openSamples(
  model: Model,
  source: CalibrationSource,
  fixed: FixedInputs,
  preprocess: RunInputSettings['preprocess'],
): Promise<SampleSource | undefined> {
  const paths = isPaths(source) ? source.filter((path) => path !== RANDOM) : [];
  const pixels = preprocess === undefined ? undefined : resolvePreprocessing(preprocess);
  if (paths.length > 0) return openCalibration(paths, inputSpecs(model), fixed, pixels);
  if (preprocess !== undefined) throw nothingToPreprocess();
  return isPaths(source) ? undefined : source;
}

/** Who verifies nothing loses no sample to it. */
function sharesOf(samples: SampleSource, verify: VerifyLevel): Pick<RunInputs, 'tuning' | 'heldOut'> {
  return verify === 'off' ? { tuning: samples, heldOut: undefined } : splitCalibration(samples);
}

/**
 * Reads fixed inputs and opens sample files; a part of the samples is held out for verification if there is to be one.
 *
 * @throws UsageError for inputs and samples that do not fit the model
 */
export async function readRunInputs(
  model: Model,
  { inputs, dims, preprocess, verify = 'full' }: RunInputSettings,
  source: CalibrationSource,
): Promise<RunInputs> {
  const texts = Object.entries(inputs).map(([name, value]) => `${name}=${value}`);
  const fixed = texts.length === 0 ? new Map() : await readFixedInputs(texts, inputSpecs(model));
  const samples = await openSamples(model, source, fixed, preprocess);
  const { tuning, heldOut } = samples === undefined ? {} : sharesOf(samples, verify);
  const random = samples === undefined && isPaths(source) && source.includes(RANDOM);
  return { fixed, dims: new Map(Object.entries(dims)), tuning, random, heldOut };
}

/**
 * The samples for steps to work from: those of the files that are not held out, or seeded random ones, others than
 * those of the verification.
 *
 * @throws ModelError when the original does not run with any random inputs
 */
export async function tuningSamples(
  original: VerifiedModel,
  { tuning, random, fixed, dims }: RunInputs,
  seed: number,
  { engine, signal }: Pick<VerificationRun, 'engine' | 'signal'>,
): Promise<Calibration | undefined> {
  if (!random) return tuning;
  const choice = { mode: 'full', seed: seed + 1, fixed, dims, signal, ...engine.session } as const;
  const drawn = await chooseInputs(engine.host, original, choice);
  return {
    count: drawn.count,
    async *samples() {
      for await (const feeds of drawn.samples()) yield fromHostTensors(feeds);
    },
  };
}
