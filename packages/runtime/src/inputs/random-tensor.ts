import type { Random } from '@onnx-compress/core';
import { elementCount } from '@onnx-compress/graph';
import type { HostTensor } from '../host/contract.js';
import { isNumeric } from '../host/value-types.js';
import { encodeNumbers } from './convert.js';
import type { InputRole } from './input-role.js';
import type { InputSpec } from './input-spec.js';
import { cannotGenerate, shapelessInput } from './messages.js';
import { type DimSizes, shapeUnder } from './symbolic-dims.js';

const WORDS = ['time', 'person', 'year', 'way', 'day', 'thing', 'man', 'world', 'life', 'hand'] as const;
const IMAGE_CHANNELS: readonly unknown[] = [1, 3, 4];

/**
 * Random values for one input:
 * floats are standard normal, around 0.5 with a deviation of 0.25 where the shape is that of an image (four axes, 1, 3
 * or 4 channels); uint8 and int8 take their whole range; other integers are 0 or 1, which suits masks and token types,
 * and a single one is 1; indices are uniform over the rows of their table; bools are fair coins; strings are words.
 *
 * @param dims sizes of the open dimensions; those not named are 1
 * @param variant which of the values to take where the role is a choice
 * @throws ModelError for inputs without shape, and types that onnxruntime-node cannot take
 */
export function randomTensor(
  input: InputSpec,
  role: InputRole,
  dims: DimSizes,
  random: Random,
  variant: number,
): HostTensor {
  if (input.dims === undefined) throw shapelessInput(input);
  const shape = shapeUnder(input.dims, input, dims);
  const count = elementCount(shape);
  const { dataType } = input;
  if (dataType === 'string') {
    const strings = Array.from({ length: count }, () => WORDS[random.integer(WORDS.length)] ?? '');
    return { dataType, dims: shape, strings };
  }
  if (!isNumeric(dataType)) throw cannotGenerate(input);
  const draw = generator(input, role, random, variant, count);
  return { dataType, dims: shape, bytes: encodeNumbers(dataType, drawn(count, draw)).bytes };
}

function drawn(count: number, draw: () => number): Float64Array {
  const values = new Float64Array(count);
  for (let index = 0; index < count; index++) values[index] = draw();
  return values;
}

function generator(input: InputSpec, role: InputRole, random: Random, variant: number, count: number): () => number {
  switch (role.kind) {
    case 'index':
      return () => random.integer(role.bound);
    case 'choice':
      return () => role.values[variant] ?? 0;
    case 'plain':
      return plainGenerator(input, random, count);
  }
}

function plainGenerator(input: InputSpec, random: Random, count: number): () => number {
  switch (input.dataType) {
    case 'float16':
    case 'float32':
    case 'float64':
      return isImage(input) ? () => 0.5 + 0.25 * random.normal() : () => random.normal();
    case 'uint8':
      return () => random.integer(256);
    case 'int8':
      return () => random.integer(256) - 128;
    case 'bool':
      return () => random.integer(2);
    default:
      return count === 1 ? () => 1 : () => random.integer(2);
  }
}

function isImage({ dims = [] }: InputSpec): boolean {
  return dims.length === 4 && (IMAGE_CHANNELS.includes(dims[1]) || IMAGE_CHANNELS.includes(dims[3]));
}
