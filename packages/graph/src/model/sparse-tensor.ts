import type { onnx } from '#schema';
import { GraphError } from '../error.js';
import { fromInt64 } from '../int64.js';
import { present } from '../present.js';
import { bitsOf, byteLengthOf, type DataType } from '../tensor/data-type.js';
import { readIndices } from '../tensor/numbers.js';
import type { Tensor } from '../tensor/tensor.js';
import { type EncodedTensor, tensorOf } from './encoded-tensor.js';

/**
 * A sparse tensor in COO form, read as dense. Indices are either `[count]`, positions in the flattened dense tensor,
 * or `[count, rank]` (ONNX IR specification, SparseTensorProto).
 */
export class SparseTensor implements Tensor {
  readonly dataType: DataType;
  readonly dims: readonly number[];
  readonly byteLength: number;
  readonly inline = undefined;
  readonly #values: EncodedTensor;
  readonly #indices: EncodedTensor;

  constructor(readonly proto: onnx.SparseTensorProto) {
    this.#values = tensorOf(present(proto.values, 'values of a sparse tensor'));
    this.#indices = tensorOf(present(proto.indices, 'indices of a sparse tensor'));
    this.dataType = this.#values.dataType;
    this.dims = proto.dims.map(fromInt64);
    this.byteLength = byteLengthOf(this.dataType, this.dims);
  }

  /** Bytes that the file holds for it: values and indices. */
  get storedLength(): number {
    return this.#values.byteLength + this.#indices.byteLength;
  }

  async bytes(): Promise<Uint8Array> {
    const width = bitsOf(this.dataType) / 8;
    if (!Number.isInteger(width)) throw this.#unsupported();
    const values = await this.#values.bytes();
    const positions = this.#positions(await readIndices(this.#indices));
    const dense = new Uint8Array(this.byteLength);
    for (const [index, position] of positions.entries()) {
      dense.set(values.subarray(index * width, (index + 1) * width), position * width);
    }
    return dense;
  }

  #positions(indices: readonly number[]): readonly number[] {
    const rank = this.dims.length;
    if (this.#indices.dims.length < 2) return indices;
    return Array.from({ length: indices.length / rank }, (_, row) =>
      this.dims.reduce((position, size, axis) => position * size + (indices[row * rank + axis] ?? 0), 0),
    );
  }

  #unsupported(): GraphError {
    const { name } = this.#values.proto;
    return new GraphError('TENSOR_SPARSE', `sparse tensor "${name}" of type ${this.dataType} cannot be read`, {
      tensor: name,
    });
  }
}
