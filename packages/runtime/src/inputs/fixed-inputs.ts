import { existsSync } from 'node:fs';
import { extname } from 'node:path';
import { elementCount, memoryTensor } from '@onnx-compress/graph';
import type { HostTensor } from '../host/contract.js';
import { isNumeric } from '../host/value-types.js';
import { parseAssignments } from './assignments.js';
import { encodeNumbers } from './convert.js';
import type { InputSpec } from './input-spec.js';
import { badInputValue, shapelessInput, unknownFileKind, unknownInput } from './messages.js';
import { openNpyFile } from './sample-files.js';
import { type DimSizes, shapeUnder } from './symbolic-dims.js';
import { readTensorFile } from './tensor-file.js';
import { asInput } from './tensor-sets.js';

/** A value that one input has in every run: a whole tensor, or elements for whatever shape it gets. */
export type FixedInput =
  | { readonly kind: 'tensor'; readonly tensor: HostTensor }
  | { readonly kind: 'elements'; readonly elements: readonly string[] };

/** Values of `--input`, by input name. */
export type FixedInputs = ReadonlyMap<string, FixedInput>;

/**
 * Reads `--input` options: `name=value` with one value for all elements, `name=1,2,3` with all of them in order, or
 * `name=file` with a `.npy` or `.pb` file that holds the input's whole value.
 *
 * @throws UsageError for unknown names, and values or files that do not fit the input
 * @example const fixed = await readFixedInputs(['sr=16000', 'state=0'], inputSpecs(model));
 */
export async function readFixedInputs(texts: readonly string[], inputs: readonly InputSpec[]): Promise<FixedInputs> {
  const fixed = new Map<string, FixedInput>();
  for (const [name, text] of parseAssignments('--input', texts)) {
    const input = inputs.find((candidate) => candidate.name === name);
    if (input === undefined) throw unknownInput(name, inputs);
    fixed.set(name, await fixedInput(input, text));
  }
  return fixed;
}

async function fixedInput(input: InputSpec, text: string): Promise<FixedInput> {
  const kind = extname(text);
  if (kind === '.pb') {
    return { kind: 'tensor', tensor: await asInput(text, (await readTensorFile(text)).tensor, input) };
  }
  if (kind === '.npy') {
    const { dataType, dims, rows } = await openNpyFile(text, [input]);
    const tensor = memoryTensor(dataType, dims, await rows(0, dims[0] ?? 1));
    return { kind: 'tensor', tensor: await asInput(text, tensor, input) };
  }
  if (input.dataType !== 'string' && existsSync(text)) throw unknownFileKind(text);
  const elements = text.split(',').map((element) => element.trim());
  if (input.dataType !== 'string') encodeElements(input, elements);
  return { kind: 'elements', elements };
}

/**
 * The tensor of a fixed input in a run.
 *
 * @param dims sizes of symbolic dimensions; those not named are 1
 * @throws UsageError where the number of elements does not fit the shape
 */
export function fixedTensor(value: FixedInput, input: InputSpec, dims: DimSizes): HostTensor {
  if (value.kind === 'tensor') return value.tensor;
  const { elements } = value;
  if (input.dims === undefined) throw shapelessInput(input);
  const shape = shapeUnder(input.dims, input, dims);
  const count = elementCount(shape);
  const [single = ''] = elements;
  const all = elements.length === 1 ? new Array<string>(count).fill(single) : elements;
  if (all.length !== count) throw badInputValue(input, elements.join(','));
  const { dataType } = input;
  if (dataType === 'string') return { dataType, dims: shape, strings: all };
  return { dataType, dims: shape, bytes: encodeElements(input, all) };
}

function encodeElements(input: InputSpec, elements: readonly string[]): Uint8Array {
  const { dataType } = input;
  if (!isNumeric(dataType)) throw badInputValue(input, elements.join(','));
  const wanted = elements.map((element) => parseElement(input, element));
  const { bytes, values } = encodeNumbers(dataType, wanted);
  const kept = wanted.every((value, index) => isFloat(dataType) || BigInt(value) === BigInt(values[index] ?? 0));
  if (!kept) throw badInputValue(input, elements.join(','));
  return bytes;
}

function parseElement(input: InputSpec, text: string): number | bigint {
  if (input.dataType === 'bool' && /^(true|false)$/.test(text)) return Number(text === 'true');
  const whole = /^[+-]?\d+$/.test(text);
  if (whole && !isFloat(input.dataType)) return BigInt(text);
  if (text === '' || Number.isNaN(Number(text)) || !isFloat(input.dataType)) throw badInputValue(input, text);
  return Number(text);
}

function isFloat(dataType: string): boolean {
  return dataType === 'float16' || dataType === 'float32' || dataType === 'float64';
}
