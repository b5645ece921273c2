import { nextTurn } from '@onnx-compress/core';
import {
  computedTensor,
  elementCount,
  int64Tensor,
  memoryTensor,
  readFloats,
  type Scratch,
  type Tensor,
} from '@onnx-compress/graph';
import { type BitPiece, bitPieces, packedLength, packPiece, pieceTable } from '@onnx-compress/math';
import type { RestorationSite } from './restoration-site.js';
import type { CodedWeight } from './weight-code.js';

/** TensorProto.DataType of what a Cast makes of indices. */
const TYPES = { float32: 1, int32: 6 } as const;

const cast = (type: keyof typeof TYPES) => ({ to: { int: TYPES[type] } });

/** A weight and the code it is stored in. */
export interface CodedTensor {
  readonly tensor: Tensor;
  readonly coded: CodedWeight;
}

/**
 * Adds the nodes of a coded weight: the indices, packed into bytes, are unpacked by a Gather that takes for each byte the
 * row of what it holds; the code turns them into floats. onnxruntime computes all of it when it loads the model.
 *
 * @returns name of the float32 weight
 */
export function restoreCoded(weight: CodedTensor, site: RestorationSite, scratch: Scratch): string {
  const pieces = bitPieces(weight.coded.bits).map((piece) => unpackedBytes(weight, piece, site, scratch));
  const indices = sumOf(pieces, 'float32', site);
  const restored = weight.coded.emit(indices, { ...site, integers: () => sumOf(pieces, 'int32', site) });
  site.dropUnread(indices);
  return restored;
}

/** The pieces of all numbers added up, in a type that has an Add: uint8 has none. */
function sumOf(pieces: readonly string[], type: keyof typeof TYPES, { compute }: RestorationSite): string {
  return pieces
    .map((piece) => compute('Cast', [piece], cast(type)))
    .reduce((sum, piece) => compute('Add', [sum, piece]));
}

/** A piece of each number as uint8, in the shape of the weight. */
function unpackedBytes(weight: CodedTensor, piece: BitPiece, site: RestorationSite, scratch: Scratch): string {
  const { dims } = weight.tensor;
  const { compute, constant, shared } = site;
  if (piece.width === 8) return constant('indices', packedTensor(weight, piece, dims, scratch));
  const bytes = constant('indices', packedTensor(weight, piece, [packedLength(piece, elementCount(dims))], scratch));
  const perByte = 8 / piece.width;
  const table = shared(`bits_${piece.width}_${piece.shift}`, () =>
    memoryTensor('uint8', [256, perByte], pieceTable(piece)),
  );
  const rows = compute('Gather', [table, compute('Cast', [bytes], cast('int32'))]);
  const whole = elementCount(dims) % perByte === 0 ? rows : withoutPadding(rows, elementCount(dims), site);
  return compute('Reshape', [whole, shared(`shape_${dims.join('_')}`, () => int64Tensor([dims.length], dims))]);
}

/** The first `count` numbers of rows. */
function withoutPadding(rows: string, count: number, { compute, constant, shared }: RestorationSite): string {
  const flat = compute('Reshape', [rows, shared('shape_-1', () => int64Tensor([1], [-1]))]);
  return compute('Slice', [
    flat,
    shared('start', () => int64Tensor([1], [0])),
    constant('count', int64Tensor([1], [count])),
  ]);
}

/** A piece of the index of each number; computed from the floats whenever the bytes are asked for. */
function packedTensor(
  { tensor, coded }: CodedTensor,
  piece: BitPiece,
  dims: readonly number[],
  scratch: Scratch,
): Tensor {
  return computedTensor('uint8', dims, () =>
    scratch.lend(tensor.byteLength, async (into) => {
      const indices = await coded.indices(await readFloats(tensor, into), nextTurn);
      await nextTurn();
      return packPiece(indices, piece, nextTurn);
    }),
  );
}
