import { UsageError } from '@onnx-compress/core';
import type { InputSpec } from '../input-spec.js';
import { describeInput } from '../messages.js';
import type { PreprocessOptions } from './preprocessing.js';

const PRESET_NAMES = 'imagenet, imagenet-bgr, unit, signed, none';

const firstLine = (cause: unknown) => (cause instanceof Error ? cause.message : String(cause)).split('\n')[0];

/** A preprocessing that cannot be meant. */
export function badPreprocessing(given: string | PreprocessOptions, problem: string): UsageError {
  const text = typeof given === 'string' ? given : JSON.stringify(given);
  return new UsageError('PREPROCESS', `--preprocess ${text}: ${problem}`, {
    hint: 'Write a preset and settings: "imagenet,fit=stretch", "none,mean=127,std=128", "mean=0.5,std=0.5,size=224".',
  });
}

/** A name that is no preset. */
export function unknownPreset(name: string, nearest: string | undefined): UsageError {
  return new UsageError('PREPROCESS_PRESET', `--preprocess: there is no preset "${name}"`, {
    hint: nearest === undefined ? `The presets are ${PRESET_NAMES}.` : `Did you mean ${nearest}?`,
  });
}

/** Pictures without a word on how the model wants them. */
export function preprocessingMissing(path: string): UsageError {
  return new UsageError(
    'PREPROCESS_MISSING',
    `--calib gives pictures (${path}), but no --preprocess says how to feed them`,
    {
      hint: `Say what the application does: --preprocess ${PRESET_NAMES}, or mean=,std=,order=.`,
    },
  );
}

/** A preprocessing where no picture is. */
export function nothingToPreprocess(): UsageError {
  return new UsageError('PREPROCESS_WITHOUT_IMAGES', '--preprocess is given, but --calib gives no pictures', {
    hint: 'Give JPEG, PNG or WebP files or a folder of them, or drop it: arrays are fed as they are.',
  });
}

/** Pictures and arrays at once. */
export function mixedSamples(picture: string, array: string): UsageError {
  return new UsageError('CALIB_MIXED', `--calib gives pictures (${picture}) and arrays (${array})`, {
    hint: 'Give one kind; further inputs of a model that sees pictures get their value with --input.',
  });
}

/** The optional package that decodes pictures is absent or broken. */
export function imageReaderMissing(cause: unknown): UsageError {
  const isAbsent = cause instanceof Error && 'code' in cause && cause.code === 'ERR_MODULE_NOT_FOUND';
  const state = isAbsent ? 'is not installed' : `does not load: ${firstLine(cause)}`;
  return new UsageError('IMAGE_READER_MISSING', `Reading pictures takes the package sharp, which ${state}`, {
    hint: 'Install it with npm install sharp.',
    cause,
  });
}

/** A file that ends like a picture and is none, or that is damaged. */
export function brokenImage(path: string, cause: unknown): UsageError {
  return new UsageError('IMAGE_BROKEN', `${path} is not a readable picture: ${firstLine(cause)}`, {
    hint: 'Remove it from the samples, or write it again.',
    cause,
  });
}

/** A model with other inputs besides the one for pictures, or without any. */
export function severalOpenInputs(open: readonly InputSpec[], inputs: readonly InputSpec[]): UsageError {
  const names = open.map(({ name }) => `"${name}"`).join(', ');
  const all = inputs.map(describeInput).join('; ');
  const what = open.length === 0 ? 'every input has its value already' : `${names} have no value`;
  return new UsageError('IMAGE_INPUTS', `Pictures feed one input, but ${what}`, {
    hint: `Leave one input open and give the others with --input name=value. The model's inputs are ${all}.`,
  });
}

/** An input whose type or shape holds no picture. */
export function notAnImage(input: InputSpec, layout?: string): UsageError {
  const as = layout === undefined ? '' : ` with layout=${layout}`;
  return new UsageError('IMAGE_INPUT', `Pictures do not fit${as} into ${describeInput(input)}`, {
    tensor: input.name,
    hint: 'An image input is float or 8-bit, [N, C, H, W] or [N, H, W, C], with 1 or 3 channels; give others as .npy.',
  });
}

/** An input whose shape leaves open which axis holds the channels. */
export function layoutUnclear(input: InputSpec): UsageError {
  return new UsageError('IMAGE_LAYOUT', `Which axis of ${describeInput(input)} holds the channels is not clear`, {
    tensor: input.name,
    hint: 'Add layout=nchw or layout=nhwc to --preprocess.',
  });
}

/** An input of open height or width, without a size. */
export function imageSizeOpen(input: InputSpec): UsageError {
  return new UsageError('IMAGE_SIZE', `The size of pictures is open in ${describeInput(input)}`, {
    tensor: input.name,
    hint: 'Add size=224 or size=<height>x<width> to --preprocess.',
  });
}

/** A size that is not the one of the input. */
export function imageSizeDiffers(size: number, input: InputSpec): UsageError {
  return new UsageError('IMAGE_SIZE', `size=${size} does not fit ${describeInput(input)}`, {
    tensor: input.name,
    hint: 'Leave size out of --preprocess: the model fixes it.',
  });
}

/** Fractions or negative numbers for an input of integers. */
export function valuesDoNotFit(input: InputSpec): UsageError {
  return new UsageError('IMAGE_VALUES', `This preprocessing gives values that do not fit ${describeInput(input)}`, {
    tensor: input.name,
    hint: `Take --preprocess ${input.dataType === 'int8' ? 'none,mean=128' : 'none'}: the model wants whole numbers.`,
  });
}

/** More means or deviations than the input has channels. */
export function wrongChannelCount(count: number, input: InputSpec): UsageError {
  return new UsageError(
    'IMAGE_CHANNELS',
    `This preprocessing is for ${count} channels, not for ${describeInput(input)}`,
    {
      tensor: input.name,
      hint: 'Give one number each: --preprocess mean=0.5,std=0.5; or unit, signed, none.',
    },
  );
}
