import { bitsOf, computedTensor, memoryTensor, readPart, Scratch, type Tensor } from '@onnx-compress/graph';
import { gatherAxis } from '@onnx-compress/math';
import type { AxisSlice } from './edit.js';

/** Bytes that are read and sliced at a time: they stay in the cache. */
const CHUNK_BYTES = 1 << 20;

/**
 * The bytes of some leading positions of a tensor, without the removed positions of all axes.
 *
 * @param targets memory for what each slice leaves
 */
function sliceBytes(
  bytes: Uint8Array,
  dims: readonly number[],
  elementBytes: number,
  slices: readonly AxisSlice[],
  targets: readonly Uint8Array[] = [],
): Uint8Array {
  const sizes = [...dims];
  let result = bytes;
  for (const [index, { axis, keep }] of slices.entries()) {
    result = gatherAxis(result, sizes, axis, keep, elementBytes, targets[index]);
    sizes[axis] = keep.length;
  }
  return result;
}

/** The positions of `keep` from `first` to `first + count`, counted from `first`. */
function within(keep: readonly number[], first: number, count: number): readonly number[] {
  const positions: number[] = [];
  for (const position of keep) if (position >= first && position < first + count) positions.push(position - first);
  return positions;
}

/** Rows of the first axis that are read at a time. */
function rowsAtATime({ dims: [rows = 1], byteLength }: Tensor): number {
  return Math.min(rows, Math.max(1, Math.floor(CHUNK_BYTES / (byteLength / rows))));
}

/** Slices a tensor that lies in a file chunk by chunk, so that it is never in memory as a whole. */
async function sliceChunks(
  tensor: Tensor,
  slices: readonly AxisSlice[],
  into: Uint8Array,
  [chunk, ...between]: readonly Uint8Array[],
): Promise<Uint8Array> {
  const [rows = 1, ...others] = tensor.dims;
  const rowBytes = tensor.byteLength / rows;
  const most = rowsAtATime(tensor);
  const elementBytes = bitsOf(tensor.dataType) / 8;
  let written = 0;
  for (let first = 0; first < rows; first += most) {
    const count = Math.min(most, rows - first);
    const own = slices.map(({ axis, keep }) => ({ axis, keep: axis === 0 ? within(keep, first, count) : keep }));
    if (own.some(({ keep }) => keep.length === 0)) continue;
    const bytes = await readPart(tensor, first * rowBytes, count * rowBytes, chunk);
    const targets = [...between, into.subarray(written)];
    written += sliceBytes(bytes, [count, ...others], elementBytes, own, targets).length;
  }
  return into.subarray(0, written);
}

/**
 * The tensor without the removed positions; large ones are sliced anew each time someone asks for their bytes.
 *
 * @param scratch memory to read into, which the tensors of a model may share
 */
export function slicedTensor(tensor: Tensor, slices: readonly AxisSlice[], scratch = new Scratch()): Tensor {
  const { dataType, inline } = tensor;
  const dims = tensor.dims.map((size, axis) => slices.find((slice) => slice.axis === axis)?.keep.length ?? size);
  const whole = (bytes: Uint8Array) => sliceBytes(bytes, tensor.dims, bitsOf(dataType) / 8, slices);
  if (inline) return memoryTensor(dataType, dims, whole(inline));
  const sliced = computedTensor(dataType, dims, async (into) => {
    if (tensor.part === undefined) return whole(await tensor.bytes());
    const memory = into !== undefined && into.byteOffset % 8 === 0 ? into : new Uint8Array(sliced.byteLength);
    const chunkBytes = Math.ceil((rowsAtATime(tensor) * tensor.byteLength) / (tensor.dims[0] ?? 1) / 8) * 8;
    return scratch.lend(slices.length * chunkBytes, async (lent) => {
      const chunks = slices.map((_, index) => lent.subarray(index * chunkBytes, (index + 1) * chunkBytes));
      return sliceChunks(tensor, slices, memory, chunks);
    });
  });
  return sliced;
}
