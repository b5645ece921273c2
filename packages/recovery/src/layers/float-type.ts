import type { DataType } from '@onnx-compress/graph';

/** Types that weights of repaired layers are written in. */
export type FloatType = 'float32' | 'float16' | 'float64';

export function isFloat(dataType: DataType): dataType is FloatType {
  return dataType === 'float32' || dataType === 'float16' || dataType === 'float64';
}
