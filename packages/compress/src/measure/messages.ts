import { type Diagnostic, UsageError } from '@onnx-compress/core';
import type { Dim } from '@onnx-compress/graph';
import type { EnergyProbe, InputSpec } from '@onnx-compress/runtime';

const dimText = (dim: Dim) => (dim === undefined || dim === '' ? '?' : String(dim));

/** `1x3x32x32`, and with names of dimensions `batch x 3 x height x width`. */
function shapeText({ dims }: Pick<InputSpec, 'dims'>): string {
  if (dims === undefined) return '?';
  const hasNames = dims.some((dim) => typeof dim === 'string' && dim !== '');
  return dims.map(dimText).join(hasNames ? ' x ' : 'x');
}

const inputList = (inputs: readonly InputSpec[]) =>
  inputs.map((input) => `${input.name} (${shapeText(input)})`).join(', ');

const namedExample = (inputs: readonly InputSpec[]) =>
  inputs
    .map(({ name, dims = [] }) => `${name}=${dims.map((dim) => (typeof dim === 'number' ? dim : 1)).join('x')}`)
    .join('+');

/** A size that is not written in the grammar. */
export function badInputSize(entry: string): UsageError {
  return new UsageError('MEASURE_INPUT_SIZE', `"${entry}" is no input size`, {
    hint: 'Write 1x3x224x224, or "ids=1x16+mask=1x16" for several inputs; commas separate the sizes to measure.',
  });
}

/** A size for an input that the model does not have. */
export function unknownSizedInput(entry: string, name: string, inputs: readonly InputSpec[]): UsageError {
  return new UsageError('MEASURE_UNKNOWN_INPUT', `Input size "${entry}": the model has no input "${name}"`, {
    hint: `Its inputs are ${inputList(inputs)}.`,
  });
}

/** A size without a name for a model of several inputs. */
export function unnamedInputSize(entry: string, inputs: readonly InputSpec[]): UsageError {
  const hint =
    inputs.length === 0
      ? 'All inputs of the model are fixed.'
      : `Name its inputs: "${namedExample(inputs)}", or fix all but one with --input.`;
  return new UsageError('MEASURE_UNNAMED_SIZE', `Input size "${entry}" does not say which input it is for`, { hint });
}

/** A size with other dimensions than the model declares. */
export function inputSizeMisfit(entry: string, input: InputSpec, sizes: readonly number[]): UsageError {
  return new UsageError(
    'MEASURE_SIZE_MISFIT',
    `Input size "${entry}": input "${input.name}" is ${shapeText(input)} and cannot be ${sizes.join('x')}`,
    { hint: 'Only dimensions with a name or a question mark can be chosen.' },
  );
}

/** A size that gives one dimension two values, or another one than --dim. */
export function sizeContradicts(entry: string, name: string): UsageError {
  return new UsageError('MEASURE_SIZE_CONTRADICTS', `Input size "${entry}" gives dimension "${name}" two sizes`, {
    hint: 'A dimension of one name has one size in all inputs, and in --dim.',
  });
}

/** One size twice. */
export function sameInputSize(label: string): UsageError {
  return new UsageError('MEASURE_SAME_SIZE', `Input size ${label} is asked for twice`, {
    hint: 'Name each size once; --batch replaces the first axis of all of them.',
  });
}

/** Sizes for samples that have theirs. */
export function sizesWithSamples(): UsageError {
  return new UsageError('MEASURE_SIZES_AND_SAMPLES', 'Samples have their own size', {
    hint: 'Give either --calib, or --input-sizes and --batch.',
  });
}

/** Two models that cannot be run on the same values. */
export function inputsDiffer(model: string, reference: string, problem: string): UsageError {
  return new UsageError('MEASURE_INPUTS_DIFFER', `${model} and ${reference} do not take the same inputs: ${problem}`, {
    hint: 'Only models with the same inputs can be held against each other.',
  });
}

/** A limit on the speedup of nothing. */
export function speedupNeedsReference(): UsageError {
  return new UsageError('MEASURE_NEEDS_REFERENCE', 'min-speedup needs a model to be held against', {
    hint: 'Name it with --against.',
  });
}

/** A machine that did other things meanwhile. */
export function disturbed(): Diagnostic {
  return { code: 'DISTURBED', message: 'shared machine: absolute times are upper bounds' };
}

/** A model so fast that the way from Node.js to onnxruntime and back is a good part of its time. */
export function floorIsHigh(label: string, floorMs: number, latencyMs: number): Diagnostic {
  const part = Math.round((floorMs / latencyMs) * 100);
  return {
    code: 'HARNESS_FLOOR',
    message: `at ${label} ${part} % of the latency is the call from Node.js itself (${floorMs.toPrecision(2)} ms), which no change of the model makes faster`,
  };
}

/** A time limit that left too few runs for so many input sizes. */
export function tooFewRuns(sizes: number, needed: number, made: number): Diagnostic {
  return {
    code: 'TOO_FEW_RUNS',
    message: `${sizes} input sizes need ${needed} runs for a verdict and time was enough for ${made}: give --max-time more seconds`,
  };
}

/** No counter of energy on this machine. */
export function noEnergyCounter(probe: Pick<EnergyProbe, 'reason' | 'help'> | undefined): Diagnostic {
  const { reason = '', help = '' } = probe ?? {};
  return {
    code: 'NO_ENERGY_COUNTER',
    message: `no energy counter${reason === '' ? '' : ` (${reason})`}: energy is estimated from CPU time`,
    ...(help === '' ? {} : { hint: help }),
  };
}

/** A grid by country and by number. */
export function gridNamedTwice(): UsageError {
  return new UsageError('MEASURE_GRID_TWICE', 'Both a country and a grid intensity are given', {
    hint: 'Give --country or --grid-intensity.',
  });
}

/** A counter that could say nothing about a block. */
export function energyUnknown(path: string, reason: string): Diagnostic {
  return { code: 'ENERGY_UNKNOWN', message: `energy of ${path} was not measured: ${reason}` };
}

/** A limit that the measurement can neither confirm nor deny. */
export function speedupUncertain(
  limit: number,
  speedup: number,
  interval: readonly [number, number],
  label: string | undefined,
): Diagnostic {
  const [low, high] = interval.map((bound) => bound.toFixed(2));
  return {
    code: 'SPEEDUP_UNCERTAIN',
    message: `min-speedup ${limit} is not certain${label === undefined ? '' : ` at ${label}`}: ${speedup.toFixed(2)} [${low}, ${high}]`,
  };
}

/** Peak memory that could not be measured. */
export function memoryUnknown(path: string, reason: string): Diagnostic {
  return { code: 'MEMORY_UNKNOWN', message: `peak memory of ${path} was not measured: ${reason}` };
}

/** A profile that could not be made. */
export function profileUnknown(path: string, reason: string): Diagnostic {
  return { code: 'PROFILE_UNKNOWN', message: `the layers of ${path} were not timed: ${reason}` };
}
