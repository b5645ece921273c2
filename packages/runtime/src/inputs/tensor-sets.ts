import { basename, dirname } from 'node:path';
import type { Tensor } from '@onnx-compress/graph';
import type { HostTensor } from '../host/contract.js';
import { isNumeric } from '../host/value-types.js';
import { convertElements } from './convert.js';
import type { HostFeeds, InputSpec } from './input-spec.js';
import { unassignedArrays, wrongShape, wrongType } from './messages.js';
import { readTensorFile } from './tensor-file.js';

/** The .pb files of one folder, which together are the inputs of one run. */
export interface TensorSet {
  readonly files: readonly string[];
}

/** Groups .pb files by their folder: each `test_data_set_<n>` is one sample. */
export function tensorSets(files: readonly string[]): readonly TensorSet[] {
  const folders = new Map<string, string[]>();
  for (const file of files) folders.set(dirname(file), [...(folders.get(dirname(file)) ?? []), file]);
  return [...folders.values()].map((inFolder) => ({ files: inFolder }));
}

/**
 * Reads a test data set. A tensor belongs to the input of its own name, else to that of its file name, else to the
 * input at the position that the file name gives: `input_0.pb` is the first input of the graph. Tensors are whole
 * input values, batch included.
 *
 * @param supplied names of inputs that get their value from elsewhere
 * @throws UsageError for tensors that fit no input and inputs without a tensor
 */
export async function readTensorSet(
  { files }: TensorSet,
  inputs: readonly InputSpec[],
  supplied: ReadonlySet<string>,
): Promise<HostFeeds> {
  const feeds = new Map<string, HostTensor>();
  const strangers: string[] = [];
  for (const file of files) {
    const { name, tensor } = await readTensorFile(file);
    const input = inputOf(name, file, inputs);
    if (input === undefined) strangers.push(name);
    else feeds.set(input.name, await asInput(file, tensor, input));
  }
  const missing = inputs.filter((input) => !feeds.has(input.name) && !supplied.has(input.name));
  if (missing.length > 0) throw unassignedArrays(strangers, missing, inputs);
  return feeds;
}

function inputOf(name: string, file: string, inputs: readonly InputSpec[]): InputSpec | undefined {
  const stem = basename(file, '.pb');
  const position = /^input_(\d+)$/.exec(stem)?.[1];
  return (
    inputs.find((input) => input.name === name) ??
    inputs.find((input) => input.name === stem) ??
    (position === undefined ? undefined : inputs[Number(position)])
  );
}

/**
 * A tensor as the value of an input.
 *
 * @throws UsageError where type or shape do not fit
 */
export async function asInput(origin: string, tensor: Tensor, input: InputSpec): Promise<HostTensor> {
  const { dims } = tensor;
  if (input.dataType === 'string' || !isNumeric(tensor.dataType)) throw wrongType(origin, tensor.dataType, input);
  const fits = input.dims?.every((size, axis) => typeof size !== 'number' || size === dims[axis]) ?? true;
  if (!fits || (input.dims?.length ?? dims.length) !== dims.length) throw wrongShape(origin, dims, input);
  const bytes = convertElements(await tensor.bytes(), tensor.dataType, input, origin);
  return { dataType: input.dataType, dims, bytes };
}
