import { ModelError, UsageError } from '@onnx-compress/core';
import type { Dim } from '@onnx-compress/graph';
import type { InputSpec } from './input-spec.js';

const expected = (inputs: readonly InputSpec[]) => `The model's inputs are ${inputs.map(describeInput).join('; ')}.`;

/** A graph input that is a sequence, a map or an optional, or that has no type at all. */
export function untypedInput(name: string): ModelError {
  return new ModelError('INPUT_NOT_A_TENSOR', `Input "${name}" of the model is not a tensor`, {
    tensor: name,
    hint: 'Only models with tensor inputs can be run; --verify off rewrites it unverified.',
  });
}

/** A graph input whose rank is not declared: no random value fits for sure. */
export function shapelessInput({ name }: InputSpec): ModelError {
  return new ModelError('INPUT_WITHOUT_SHAPE', `Input "${name}" of the model declares no shape`, {
    tensor: name,
    hint: `Give its value with --input ${name}=<.npy or .pb file>, or samples with --calib.`,
  });
}

/** Inputs with more values than random ones are made for. */
export function inputsTooLarge(name: string, shape: readonly number[]): ModelError {
  return new ModelError(
    'INPUT_TOO_LARGE',
    `Input "${name}" of shape [${shape.join(', ')}] is too large for random values`,
    {
      tensor: name,
      hint: 'Fix open sizes with --dim name=value, give samples with --calib, or rewrite it unverified with --verify off.',
    },
  );
}

/** A graph input of a type for which no values can be made up. */
export function cannotGenerate({ name, dataType }: InputSpec): ModelError {
  return new ModelError('INPUT_TYPE', `No random values can be made for input "${name}" of type ${dataType}`, {
    tensor: name,
    hint: '--verify off rewrites the model without running it.',
  });
}

/** A path of --calib or --input that is not there or cannot be read. */
export function cannotRead(path: string, cause: unknown): UsageError {
  const reason = cause instanceof Error ? cause.message.split('\n')[0] : String(cause);
  return new UsageError('INPUT_FILE', `Cannot read sample file ${path}: ${reason}`, {
    hint: 'Samples are .npy, .npz or ONNX TensorProto .pb files, or pictures.',
    cause,
  });
}

/** A file of --calib or --input that is neither .npy, .npz nor .pb. */
export function unknownFileKind(path: string): UsageError {
  return new UsageError('INPUT_FILE_KIND', `${path} is not a .npy, .npz or .pb file`, {
    hint: 'Samples are .npy, .npz or ONNX TensorProto .pb files, JPEG, PNG or WebP pictures, or folders of them.',
  });
}

/** A folder of --calib without a single sample file. */
export function emptyFolder(path: string, inputs: readonly InputSpec[]): UsageError {
  return new UsageError('CALIB_EMPTY', `${path} holds no .npy, .npz or .pb file and no picture`, {
    hint: expected(inputs),
  });
}

/** A damaged .npy array. */
export function badNpy(origin: string, reason: string): UsageError {
  return new UsageError('NPY', `${origin} is not a readable .npy array: ${reason}`, {
    hint: 'Write it again with numpy.save.',
  });
}

/** A .npy array of a type that no tensor has, or big-endian. */
export function unsupportedNpyType(origin: string, descr: string): UsageError {
  const bigEndian = /^>[a-z][248]/.test(descr);
  const what = bigEndian ? `big-endian ('${descr}')` : `of type '${descr}'`;
  const convert = bigEndian ? `array.astype('<${descr.slice(1)}')` : 'array.astype of a plain number type';
  return new UsageError('NPY_TYPE', `${origin} is ${what}, which is not supported`, { hint: `Save ${convert}.` });
}

/** A .npz that is not a zip archive of .npy arrays. */
export function badNpz(path: string, reason: string): UsageError {
  return new UsageError('NPZ', `${path} is not a readable .npz archive: ${reason}`, {
    hint: 'Write it again with numpy.savez.',
  });
}

/** A .pb file that is not an ONNX TensorProto. */
export function badTensorFile(path: string, cause: unknown): UsageError {
  const reason = cause instanceof Error ? cause.message.split('\n')[0] : String(cause);
  return new UsageError('TENSOR_FILE', `${path} is not a readable ONNX TensorProto: ${reason}`, {
    hint: 'It is the layout of test_data_set_0/input_0.pb in the ONNX model zoo.',
    cause,
  });
}

/** Arrays whose names fit no input, while some input has no array. */
export function unassignedArrays(
  names: readonly string[],
  missing: readonly InputSpec[],
  inputs: readonly InputSpec[],
): UsageError {
  const [given] = names;
  const what = names.length === 0 ? '' : `; ${names.map((name) => `"${name}"`).join(', ')} names none`;
  const hint = `${expected(inputs)} Name the array after its input${
    given === undefined ? '' : ` (npz key, or file name before the first dot)`
  }, or fix the input with --input name=value.`;
  return new UsageError(
    'CALIB_INPUTS',
    `--calib gives no samples for input ${missing.map(({ name }) => `"${name}"`).join(', ')}${what}`,
    { hint },
  );
}

/** Several differently named arrays in one archive, none of them named like the model's only input. */
export function ambiguousArrays(names: readonly string[], input: InputSpec): UsageError {
  return new UsageError(
    'CALIB_AMBIGUOUS',
    `Which of ${names.map((name) => `"${name}"`).join(', ')} is input "${input.name}"?`,
    { hint: `Name the array "${input.name}" (${describeInput(input)}).` },
  );
}

/** An array whose shape cannot be samples of its input. */
export function wrongShape(origin: string, dims: readonly Dim[], input: InputSpec): UsageError {
  const rows = input.dims?.length === 0 ? '[samples]' : describeDims(['samples', ...(input.dims ?? []).slice(1)]);
  return new UsageError(
    'CALIB_SHAPE',
    `${origin} has shape ${describeDims(dims)}, but the model expects ${describeInput(input)}`,
    { tensor: input.name, hint: `The first axis counts samples: ${rows}.` },
  );
}

/** Values that do not fit the input's type without loss. */
export function wrongType(origin: string, dataType: string, input: InputSpec, value?: number | bigint): UsageError {
  const what = value === undefined ? `is ${dataType}` : `holds ${value} (${dataType})`;
  return new UsageError('CALIB_TYPE', `${origin} ${what}, but the model expects ${describeInput(input)}`, {
    tensor: input.name,
    hint: `Save the array as ${input.dataType}.`,
  });
}

/** Inputs with different numbers of samples. */
export function unequalCounts(counts: ReadonlyMap<string, number>): UsageError {
  const list = [...counts].map(([name, count]) => `${name} has ${count}`).join(', ');
  return new UsageError('CALIB_COUNTS', `The inputs have different numbers of samples: ${list}`, {
    hint: 'Give every input the same number of samples, or one that serves all.',
  });
}

/** Arrays whose first axis is empty. */
export function noSamples(inputs: readonly InputSpec[]): UsageError {
  return new UsageError('CALIB_EMPTY', '--calib holds no samples', { hint: expected(inputs) });
}

/** An --input or --dim that is not `name=value`. */
export function notAnAssignment(option: '--input' | '--dim', text: string): UsageError {
  const example = option === '--dim' ? '--dim batch=1' : '--input sr=16000';
  return new UsageError('ASSIGNMENT', `${option} ${text} is not name=value`, {
    hint: `Write, for example, ${example}.`,
  });
}

/** The same name given twice. */
export function givenTwice(option: '--input' | '--dim', name: string): UsageError {
  return new UsageError('GIVEN_TWICE', `${option} ${name} is given twice`, { hint: 'Give it once.' });
}

/** A --dim that is not a positive whole number. */
export function badDimension(name: string, text: string): UsageError {
  return new UsageError('DIM_VALUE', `--dim ${name}=${text}: "${text}" is not a whole number above 0`, {
    hint: 'Write, for example, --dim batch=1.',
  });
}

/** A --dim for a symbol that no input has. */
export function unknownDimension(name: string, known: readonly string[], inputs: readonly InputSpec[]): UsageError {
  const list = known.length === 0 ? 'none' : known.join(', ');
  return new UsageError('DIM_UNKNOWN', `--dim ${name}: the model has no symbolic dimension "${name}"`, {
    hint: `Its symbolic dimensions: ${list}. ${expected(inputs)}`,
  });
}

/** An --input for a name that the model does not have. */
export function unknownInput(name: string, inputs: readonly InputSpec[]): UsageError {
  return new UsageError('INPUT_UNKNOWN', `--input ${name}: the model has no input "${name}"`, {
    hint: expected(inputs),
  });
}

/** An --input value that cannot be read as the input's type. */
export function badInputValue(input: InputSpec, text: string): UsageError {
  return new UsageError('INPUT_VALUE', `--input ${input.name}=${text} is not a value for ${describeInput(input)}`, {
    tensor: input.name,
    hint: 'Give one value for all elements, a comma-separated list, or a .npy or .pb file.',
  });
}

/** An input in messages: `image: float32 [N, 3, 224, 224]`. */
export function describeInput({ name, dataType, dims }: InputSpec): string {
  return `${name}: ${dataType} ${describeDims(dims)}`;
}

function describeDims(dims: readonly Dim[] | undefined): string {
  return dims === undefined ? 'of any shape' : `[${dims.map((dim) => dim ?? '?').join(', ')}]`;
}

/** Shapes that are more or fewer than the inputs. */
export function wrongShapeCount(count: number, inputs: readonly InputSpec[]): UsageError {
  return new UsageError('SIZES_COUNT', `${count} input shapes are given, but the model has ${inputs.length} inputs`, {
    hint: `Give one shape for each input, in this order. ${expected(inputs)}`,
  });
}

/** A shape for an input that declares another; `axis` is the one that differs, absent where the rank does. */
export function shapeDoesNotFit(shape: readonly number[], input: InputSpec, axis?: number): UsageError {
  const why = axis === undefined ? 'has another number of axes' : `fixes axis ${axis} to ${input.dims?.[axis]}`;
  return new UsageError(
    'SIZES_SHAPE',
    `Shape [${shape.join(', ')}] does not fit input "${input.name}", which ${why} (${describeInput(input)})`,
    { tensor: input.name, hint: 'Only sizes that the model leaves open can be chosen.' },
  );
}

/** A batch size for an input whose first axis the model fixes. */
export function batchIsFixed(name: string, size: number, batch: number): UsageError {
  return new UsageError(
    'BATCH_FIXED',
    `A batch of ${batch} is not possible: the first axis of "${name}" is fixed to ${size}`,
    {
      tensor: name,
      hint: 'Leave the batch out, or export the model with an open first axis; --dim and input shapes set other open sizes.',
    },
  );
}

/** Two different sizes for one symbolic dimension. */
export function sizeGivenTwice(name: string, size: number): UsageError {
  return new UsageError('SIZE_CONTRADICTS', `Dimension "${name}" is given the size ${size} and another one as well`, {
    hint: 'Give each dimension one size.',
  });
}
