import { type CompressError, type Diagnostic, StepError, UsageError } from '@onnx-compress/core';

/* Reasons for leaving a layer alone, as the report shows them. */

export const alreadyQuantized = (): string => 'is already quantized';

export const sparseWeight = (): string => 'its weight is stored sparse';

/* Constants that stay in float although they take room. */

export const biasInFloat = (tensor: string): string => `its bias "${tensor}" stays in float`;

export const normalizationInFloat = (tensor: string): string =>
  `its scale, shift or statistic "${tensor}" stays in float`;

export const elementwiseInFloat = (tensor: string): string =>
  `its constant "${tensor}" is applied element by element, where the rounding to 8 bits would not average out`;

export const constantOfOperator = (tensor: string, opType: string): string =>
  `its constant "${tensor}" stays in float: those of ${opType} are not quantized`;

export const unreadConstant = (): string => 'no node reads this constant';

export const unsupportedType = (dataType: string): string =>
  `its weight is ${dataType}, which is not quantized further`;

/* Reasons for leaving a layer in floats where activations have scales known beforehand. */

export const bodyOfSubgraph = (): string => 'lies in a subgraph or function, where activations are not quantized';

export const noStaticKernel = (opType: string): string =>
  `this use of ${opType} has no integer kernel for activations with known scales`;

export const productOfConstants = (): string => 'its data is a constant';

export const notFloat32 = (dataType: string): string =>
  `it computes in ${dataType}; integer kernels need float32 around`;

export const unknownSizes = (): string => 'the sizes of what it reads and gives are not known before running';

export const computedBias = (): string => 'its bias is computed while the model runs';

export const sharesWeight = (label: string): string => `its weight is shared with "${label}", which stays in float`;

export const behindLastLayer = (): string =>
  'lies behind the last large layer, where rounding would reach the outputs as it is';

export const gatesChannels = (): string =>
  'belongs to a squeeze-and-excite branch, whose rounding would scale whole channels';

export const firstLayer = (): string =>
  'reads few channels, as the first layer of image models does: integers are no faster there and lose most accuracy';

export const onlyLargest = (): string =>
  'only the largest of its results is used, whose rounding would not be averaged with that of others';

export const outputLayer = (): string => 'its results are outputs, and it does less than 10 % of the work';

export const integersTakeLonger = (): string =>
  'integers would take longer here, with the conversions at the borders counted';

export const notFinite = (tensor: string): string => `its weight "${tensor}" holds NaN or infinite values`;

export const alsoReadBy = (tensor: string, reader: string): string =>
  `its weight "${tensor}" is also read by ${reader}, which keeps it in float`;

export const wouldGrow = (bytesBefore: number, bytesAfter: number): string =>
  `its weight would not shrink (${bytesBefore} -> about ${bytesAfter} bytes with scales and nodes)`;

export const opsetTooOld = (opset: number): string =>
  `the model's opset ${opset} is too old and cannot be raised to 7, which scales with broadcasting need`;

export const opsetWithoutUnpacking = (opset: number): string =>
  `the model's opset ${opset} is too old and cannot be raised to 10, which unpacking its weight needs`;

/** The one warning for all layers whose kernels go on computing in float. */
export function savesBytesOnly(operators: readonly string[], layers: number, integers: string): Diagnostic {
  const what = layers === 1 ? '1 layer' : `${layers} layers`;
  return {
    code: 'QUANT_BYTES_ONLY',
    message: `${what} (${operators.join(', ')}) have ${integers} weights only, which saves bytes and not time: they compute in float`,
  };
}

/** The samples themselves cannot be reproduced as closely as was asked for. */
export function snrNotReached(wanted: number, reached: number): Diagnostic {
  return {
    code: 'QUANT_SNR_NOT_REACHED',
    message: `auto-fallback reached ${reached.toFixed(1)} dB of the ${wanted} dB asked for, with no layer left to return to float`,
  };
}

/** The one warning for all weights that are turned back into floats at load. */
export function halvesSaveBytesOnly(weights: number, dataType: string): Diagnostic {
  const what = weights === 1 ? '1 weight is' : `${weights} weights are`;
  return {
    code: 'QUANT_BYTES_ONLY',
    message: `${what} stored as ${dataType}, which saves bytes of the file and neither time nor memory: onnxruntime turns them back when it loads the model`,
  };
}

/** The one warning for all weights that are stored as indices. */
export function codesSaveBytesOnly(weights: number, scheme: string): Diagnostic {
  const what = weights === 1 ? '1 weight is' : `${weights} weights are`;
  return {
    code: 'QUANT_BYTES_ONLY',
    message: `${what} stored as ${scheme}, which saves download, not memory or time: onnxruntime turns them back into floats when it loads the model`,
  };
}

/** A model whose weights have two bytes a value. */
export function isHalfAlready(): Diagnostic {
  return {
    code: 'QUANT_ALREADY_HALF',
    message: 'The weights have two bytes a value already; the model is left as it is',
  };
}

/** Ranges of such a value would mean nothing. */
export function activationNotFinite(tensor: string): StepError {
  return new StepError('ACTIVATION_NOT_FINITE', `the value "${tensor}" holds NaN or infinity on the samples`, {
    tensor,
    hint: 'Check the samples of --calib, or repair the model.',
  });
}

/** Samples that end before the first one. */
export function noSamplesToObserve(): StepError {
  return new StepError('SAMPLES_MISSING', 'the ranges of activations need at least one sample', {
    hint: 'Give sample inputs with --calib.',
  });
}

/** A range was asked for where there is none to observe. */
export function notObservable(tensor: string, problem: string): StepError {
  return new StepError('ACTIVATION_NOT_OBSERVABLE', `the value "${tensor}" has no range: ${problem}`, { tensor });
}

/** Why a layer keeps the nearest integers, as the report shows it. */
export const noBetterRounding = (): string => 'other integers than the nearest do not help on samples held out';

export const noBetterScales = (): string => 'scaled input channels do not help on samples held out';

/** Weights for which rounding=stochastic would not reach the integers that it chooses. */
export function keepsNearest(weights: number): Diagnostic {
  const what = weights === 1 ? '1 weight keeps its' : `${weights} weights keep their`;
  return {
    code: 'QUANT_KEEPS_NEAREST',
    message: `${what} nearest integers: the 16-bit floats of the weight do not tell the integers apart, and others cannot be chosen`,
  };
}

/** Computing in float16 is for other machines than this one. */
export function halfNotFasterOnCpu(): Diagnostic {
  return {
    code: 'QUANT_HALF_NOT_FASTER_ON_CPU',
    message:
      'onnxruntime has few float16 kernels for CPUs: it turns this model back into float32 when it loads it and runs it no faster, at times slower, than the original',
    hint: 'Computing in float16 pays on GPUs (WebGPU, CUDA). For CPUs, compute=float32 gives a file of the same size.',
  };
}

/** Inputs and outputs of a model that computes in float32. */
export function float16BordersNeedCompute(): UsageError {
  return new UsageError(
    'HALF_IO',
    'io=float16 needs compute=float16: a model that computes in float32 keeps its inputs',
    {
      hint: 'Give compute=float16 too, or leave io out.',
    },
  );
}

/** Some options work from samples and from nothing else. */
export function optionNeedsSamples(option: string): UsageError {
  return new UsageError('OPTION_NEEDS_SAMPLES', `${option} needs sample inputs, and none are given`, {
    hint: 'Give some with --calib, or leave the option out.',
  });
}

/** Integers are chosen by a search or at random. */
export function stochasticNeedsNearest(method: string): UsageError {
  return new UsageError(
    'STOCHASTIC_METHOD',
    `rounding=stochastic and method=${method} both choose the integers of the same weights`,
    { hint: 'Leave one of the two out.' },
  );
}

/** Why a layer has no other format, as the report shows it. */
export const chosenToStay = (): string => 'float32 was chosen for it: another format would cost the outputs more';

/** A file that cannot be as small as it should be. */
export function fileNotReached(most: number, least: number): StepError {
  return new StepError(
    'MIXED_NOT_REACHED',
    `max-bytes=${most} is below ${least} bytes, the least that these formats give`,
    {
      hint: 'Allow more bytes, or add a format with fewer bits.',
    },
  );
}

/** Bit operations that cannot be as few as they should be. */
export function operationsNotReached(most: number, least: number): StepError {
  return new StepError(
    'MIXED_NOT_REACHED',
    `${most} bit operations are fewer than ${least}, the least that these formats give`,
    { hint: 'Allow more, or add a format with fewer bits or with integers between the layers.' },
  );
}

/** Outputs that cannot be as close as they should be. */
export function fidelityNotReached(leastDb: number, reachedDb: number): StepError {
  return new StepError(
    'MIXED_NOT_REACHED',
    `min-snr=${leastDb} is above ${reachedDb.toFixed(1)} dB, the highest that these formats give on the samples`,
    { hint: 'Add a format with more bits, such as fp16 or float32.' },
  );
}

/** A model that cannot be as fast as it should be. */
export function latencyNotReached(part: number, least: number): StepError {
  return new StepError(
    'MIXED_NOT_REACHED',
    `keep-latency=${part} is below ${least.toFixed(3)}, the least part of the time that was measured with these formats`,
    { hint: 'Allow more, add a format with integers between the layers, or measure again on a quiet machine.' },
  );
}

/** A model that cannot be timed, with a limit of time. */
export function latencyNotMeasured(cause: CompressError | undefined): StepError {
  return new StepError('LATENCY_NOT_MEASURED', `keep-latency: ${cause?.message ?? 'onnxruntime reports no time'}`, {
    hint: 'Use keep-bops, or a recipe from the report of an earlier run, which has the format of each layer.',
    cause,
  });
}

/** Multiply-accumulates that cannot be counted. */
export function operationsUnknown(node: string): StepError {
  return new StepError('MIXED_OPERATIONS_UNKNOWN', `the multiply-accumulates of "${node}" are not known`, {
    hint: 'Give the sizes of symbolic dimensions with --dim, or limit bytes with max-bytes.',
  });
}

/** No layer that any of the formats can store. */
export function nothingToMix(): StepError {
  return new StepError('MIXED_WITHOUT_LAYERS', 'none of the formats can store a layer of this model', {
    hint: 'Choose other formats, or other layers with include and skip.',
  });
}

/** Float kernels and integers do not agree on everything that a layer could be fed. */
export function integersMayDiffer(operators: number, offByOne: number): Diagnostic {
  const what = operators === 1 ? '1 operator' : `${operators} operators`;
  return {
    code: 'QUANT_INTEGERS_MAY_DIFFER',
    message: `${what} may differ by one between integers and the float kernels of onnxruntime, for ${offByOne} possible sums at most; the report names them`,
  };
}
