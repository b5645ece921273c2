import { onnx } from '#schema';
import { GraphError } from '../error.js';
import { externalPayload } from '../external/external-payloads.js';
import { fromInt64, toInt64 } from '../int64.js';
import type { Payload } from '../source/payload.js';
import type { DataType } from '../tensor/data-type.js';
import { byteLengthOf, codeOf, dataTypeOf } from '../tensor/data-type.js';
import type { Tensor } from '../tensor/tensor.js';
import { DeferredBytes, INLINE_LIMIT, rawDataOf } from '../wire/deferred.js';
import { shallowCopy } from './clone.js';
import { typedFieldBytes, typedFieldLength } from './typed-fields.js';

/** A tensor as a file holds it. Its message is shared between clones of a model and never changed. */
export class EncodedTensor implements Tensor {
  readonly dataType: DataType;
  readonly dims: readonly number[];
  readonly byteLength: number;
  #inline: Uint8Array | undefined;

  constructor(readonly proto: onnx.TensorProto) {
    this.dataType = dataTypeOf(proto.dataType, proto.name);
    this.dims = proto.dims.map(fromInt64);
    this.byteLength = this.dataType === 'string' ? stringBytes(proto) : byteLengthOf(this.dataType, this.dims);
  }

  get inline(): Uint8Array | undefined {
    if (this.#inline || this.byteLength > INLINE_LIMIT || this.dataType === 'string') return this.#inline;
    if (this.#payload !== undefined) return undefined;
    this.#inline = this.#held();
    return this.#inline;
  }

  async bytes(into?: Uint8Array): Promise<Uint8Array> {
    if (this.dataType === 'string') throw stringsHaveNoBytes(this.proto.name);
    return this.#payload?.bytes(into) ?? this.#inline ?? this.#held();
  }

  async part(offset: number, length: number, into?: Uint8Array): Promise<Uint8Array> {
    const range = this.#payload?.range;
    if (range) return range.source.read(range.offset + offset, length, into);
    return (await this.bytes()).subarray(offset, offset + length);
  }

  /** Byte count that the file really holds for this tensor; differs from `byteLength` in damaged files. */
  get storedLength(): number {
    if (this.dataType === 'string') return this.byteLength;
    return this.#payload?.byteLength ?? (hasRawData(this.proto) ? this.proto.rawData.length : typedFieldLength(this));
  }

  /** Where the bytes lie when they are not in the decoded structure. */
  get #payload(): Payload | undefined {
    const { rawData } = this.proto;
    return rawData instanceof DeferredBytes ? rawData.payload : externalPayload(this.proto);
  }

  #held(): Uint8Array {
    return hasRawData(this.proto) ? Uint8Array.from(this.proto.rawData) : typedFieldBytes(this);
  }
}

function hasRawData(proto: onnx.TensorProto): boolean {
  return Object.hasOwn(proto, 'rawData') && (proto.rawData.length > 0 || isEmpty(proto));
}

function isEmpty(proto: onnx.TensorProto): boolean {
  return proto.floatData.length + proto.int32Data.length + proto.int64Data.length + proto.doubleData.length === 0;
}

function stringBytes(proto: onnx.TensorProto): number {
  return proto.stringData.reduce((sum, text) => sum + text.length, 0);
}

function stringsHaveNoBytes(name: string): GraphError {
  return new GraphError('TENSOR_NOT_NUMERIC', `tensor "${name}" holds strings and cannot be read as numbers`, {
    tensor: name,
  });
}

const views = new WeakMap<onnx.TensorProto, EncodedTensor>();

/** The tensor of a message; the same message always gives the same object. */
export function tensorOf(proto: onnx.TensorProto): EncodedTensor {
  const known = views.get(proto);
  if (known) return known;
  const tensor = new EncodedTensor(proto);
  views.set(proto, tensor);
  return tensor;
}

/** A message for a tensor under this name; a tensor that came from such a message gives it back unchanged. */
export function protoOf(tensor: Tensor, name: string, annotated?: onnx.TensorProto): onnx.TensorProto {
  if (tensor instanceof EncodedTensor) return tensor.proto.name === name ? tensor.proto : renamed(tensor.proto, name);
  const proto = new onnx.TensorProto({
    dims: tensor.dims.map(toInt64),
    dataType: codeOf(tensor.dataType),
    rawData: rawDataFor(tensor),
  });
  if (name !== '') proto.name = name;
  if (annotated?.docString) proto.docString = annotated.docString;
  if (annotated) proto.metadataProps = annotated.metadataProps;
  return proto;
}

function renamed(proto: onnx.TensorProto, name: string): onnx.TensorProto {
  const copy = shallowCopy(proto);
  copy.name = name;
  return copy;
}

function rawDataFor(tensor: Tensor): Uint8Array {
  if (tensor.inline) return rawDataOf(tensor.inline);
  return new DeferredBytes({ byteLength: tensor.byteLength, range: undefined, bytes: (into) => tensor.bytes(into) });
}
