import type { DataType } from '@onnx-compress/graph';

/** TensorProto.DataType of the types that a Cast here produces. */
const CODES: Partial<Readonly<Record<DataType, number>>> = { float32: 1, float16: 10, float64: 11, bfloat16: 16 };

/** The float32 code of ONNX. */
export const FLOAT32 = 1;

/** The code of a float type when it is not float32, so that a Cast is needed; undefined for float32. */
export function castTarget(dataType: DataType): number | undefined {
  return dataType === 'float32' ? undefined : CODES[dataType];
}
