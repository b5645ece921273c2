import { float16ToFloat32 } from '@onnx-compress/math';
import type { BytesTensor } from '../host/contract.js';
import { isNumeric, typedView } from '../host/value-types.js';

/** The elements of an output as numbers; 64-bit integers beyond 2^53 are rounded. */
export function outputValues({ dataType, bytes }: BytesTensor): Float32Array | Float64Array {
  if (!isNumeric(dataType)) throw new TypeError(`outputs of type ${dataType} are not fetched`);
  const view = typedView(dataType, bytes);
  if (view instanceof Float32Array || view instanceof Float64Array) return view;
  if (dataType === 'float16' && view instanceof Uint16Array) return float16ToFloat32(view);
  if (view instanceof BigInt64Array || view instanceof BigUint64Array) return Float64Array.from(view, Number);
  return Float64Array.from(view);
}
