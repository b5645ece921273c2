import { elementCount } from '@onnx-compress/graph';
import type { HostTensor } from '../host/contract.js';
import { convertElements } from './convert.js';
import type { InputSpec } from './input-spec.js';
import { wrongShape, wrongType } from './messages.js';
import type { RowArray } from './row-array.js';

/** The samples that are there for one input. */
export interface InputRows {
  readonly count: number;
  sample(index: number): Promise<HostTensor>;
}

/** How an array is cut into samples: `batch` rows each, which make a tensor of shape `dims`. */
interface Cut {
  readonly batch: number;
  readonly dims: readonly number[];
  readonly rows: number;
}

/**
 * Samples of one input out of arrays whose first axis counts samples; several arrays follow each other.
 * A row is one sample with a batch of 1, or, where the model fixes a larger batch, a part of one: the last batch is
 * filled up with the first rows of its array. Where the array has one axis more than the input, a row is the input's
 * whole value, batch included.
 *
 * @throws UsageError for an array whose shape or type does not fit
 */
export function inputRows(arrays: readonly RowArray[], input: InputSpec): InputRows {
  const samples = arrays.flatMap((array) => {
    const cut = cutInto(array, input);
    return Array.from({ length: Math.ceil(cut.rows / cut.batch) }, (_, index) => ({ array, cut, index }));
  });
  return {
    count: samples.length,
    sample: async (index) => {
      const sample = samples[index];
      if (sample === undefined) throw new RangeError(`no sample ${index} of input ${input.name}`);
      return readSample(sample.array, sample.cut, sample.index, input);
    },
  };
}

async function readSample(array: RowArray, { batch, dims, rows }: Cut, index: number, input: InputSpec) {
  const first = index * batch;
  const available = Math.min(batch, rows - first);
  const bytes = await array.rows(first, available);
  const filled =
    available === batch ? bytes : repeat(bytes, await array.rows(0, Math.min(batch, rows)), batch / available);
  const { dataType } = input;
  if (dataType === 'string') throw wrongType(array.origin, array.dataType, input);
  return { dataType, dims, bytes: convertElements(filled, array.dataType, input, array.origin) };
}

/** `bytes`, then `filler` again and again, until they are `factor` times as long. */
function repeat(bytes: Uint8Array, filler: Uint8Array, factor: number): Uint8Array {
  const target = new Uint8Array(Math.round(bytes.length * factor));
  target.set(bytes);
  for (let offset = bytes.length; offset < target.length; offset += filler.length) {
    target.set(filler.subarray(0, target.length - offset), offset);
  }
  return target;
}

function cutInto({ dims, origin }: RowArray, input: InputSpec): Cut {
  const expected = input.dims ?? [undefined, ...dims.slice(1)];
  const [rows = 1, ...rowDims] = dims;
  const [leading, ...rest] = expected;
  if (dims.length === expected.length + 1 && fits(rowDims, expected)) return { batch: 1, dims: rowDims, rows };
  if (dims.length !== expected.length || !fits(rowDims, rest)) throw wrongShape(origin, dims, input);
  if (dims.length === 0) return { batch: 1, dims, rows };
  const batch = typeof leading === 'number' && leading > 0 ? leading : 1;
  return { batch, dims: [batch, ...rowDims], rows };
}

function fits(dims: readonly number[], expected: readonly (number | string | undefined)[]): boolean {
  const known = expected.every((size, axis) => typeof size !== 'number' || size === dims[axis]);
  return known && dims.length === expected.length && elementCount(dims) > 0;
}
