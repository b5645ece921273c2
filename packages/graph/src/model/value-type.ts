import { onnx } from '#schema';
import { fromInt64, toInt64 } from '../int64.js';
import { codeOf, type DataType, knownDataType } from '../tensor/data-type.js';

/** One dimension of a shape: a size, the name of a symbolic size, or nothing known. */
export type Dim = number | string | undefined;

/** Type and shape of a value, as far as known; `dims` is undefined when not even the rank is. */
export interface ValueType {
  readonly dataType: DataType | undefined;
  readonly dims: readonly Dim[] | undefined;
}

/** Reads a declared type; sequences, maps and optionals have neither data type nor dims. */
export function typeOf(info: onnx.ValueInfoProto): ValueType {
  const tensor = info.type?.tensorType;
  if (!tensor) return { dataType: undefined, dims: undefined };
  return { dataType: knownDataType(tensor.elemType), dims: tensor.shape?.dim.map(dimOf) };
}

/** What exporters write where a size has no name; equal ones need not be equal sizes. */
const NAMELESS: ReadonlySet<string> = new Set(['', '?', 'None']);

/** Sizes below zero are an exporter's way to say unknown; onnxruntime reads them so too. */
function dimOf({ value, dimValue, dimParam }: onnx.TensorShapeProto.Dimension): Dim {
  if (value !== 'dimValue' || !dimValue) return dimParam && !NAMELESS.has(dimParam) ? dimParam : undefined;
  const size = fromInt64(dimValue);
  return size < 0 ? undefined : size;
}

/** Declares a value of this type. */
export function valueInfo(name: string, type: Partial<ValueType>): onnx.ValueInfoProto {
  const info = new onnx.ValueInfoProto({ name });
  if (type.dataType === undefined) return info;
  const tensorType = new onnx.TypeProto.Tensor({ elemType: codeOf(type.dataType) });
  if (type.dims) tensorType.shape = new onnx.TensorShapeProto({ dim: type.dims.map(dimensionOf) });
  info.type = new onnx.TypeProto({ tensorType });
  return info;
}

function dimensionOf(dim: Dim): onnx.TensorShapeProto.Dimension {
  if (typeof dim === 'number') return new onnx.TensorShapeProto.Dimension({ dimValue: toInt64(dim) });
  return new onnx.TensorShapeProto.Dimension(dim === undefined ? {} : { dimParam: dim });
}
