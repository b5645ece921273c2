import { elementCount } from '@onnx-compress/graph';
import { type BlockLayout, transpose2d } from '@onnx-compress/math';

/** A tensor of any shape as a matrix in blocks: a row for each entry of one axis, in it all others in their order. */
export interface BlockView {
  readonly layout: BlockLayout;
  /** How often the rows follow each other in memory, and how many numbers lie together; 1 where a layout says it all. */
  readonly outer: number;
  readonly inner: number;
}

/** @param axis the rows; the first axis where it is left out */
export function blockView(dims: readonly number[], axis = 0, blockSize: number): BlockView {
  const count = elementCount(dims);
  const rows = dims[axis] ?? 1;
  const columns = rows === 0 ? 0 : count / rows;
  const inner = elementCount(dims.slice(axis + 1));
  if (axis === 0) return { layout: { rows, columns, blockSize }, outer: 1, inner };
  if (inner === 1) return { layout: { rows, columns, blockSize, transposed: true }, outer: 1, inner };
  return { layout: { rows, columns, blockSize }, outer: elementCount(dims.slice(0, axis)), inner };
}

/** Numbers of the tensor in the order of the layout; the same array where that is the order they have. */
export function toLayout(values: Float32Array, { layout: { rows }, outer, inner }: BlockView): Float32Array {
  if (outer === 1) return values;
  const width = inner * values.BYTES_PER_ELEMENT;
  return floatsOf(transpose2d(bytesOf(values), outer, rows, width));
}

/** The way back of {@link toLayout}. */
export function floatsFromLayout(values: Float32Array, { layout: { rows }, outer, inner }: BlockView): Float32Array {
  if (outer === 1) return values;
  return floatsOf(transpose2d(bytesOf(values), rows, outer, inner * values.BYTES_PER_ELEMENT));
}

/** The way back of {@link toLayout} for one byte a number. */
export function bytesFromLayout(bytes: Uint8Array, { layout: { rows }, outer, inner }: BlockView): Uint8Array {
  return outer === 1 ? bytes : transpose2d(bytes, rows, outer, inner);
}

/** As {@link toLayout} for one byte a number. */
export function bytesToLayout(bytes: Uint8Array, { layout: { rows }, outer, inner }: BlockView): Uint8Array {
  return outer === 1 ? bytes : transpose2d(bytes, outer, rows, inner);
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array) => new Uint8Array(buffer, byteOffset, byteLength);

const floatsOf = ({ buffer, byteOffset, length }: Uint8Array) => new Float32Array(buffer, byteOffset, length / 4);
