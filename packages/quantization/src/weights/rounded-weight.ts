import { computedTensor, floatsToTensor, readFloats, type Scratch, type Tensor } from '@onnx-compress/graph';
import { dequantizeSymmetric, quantizeSymmetric } from '@onnx-compress/math';
import { affineRoundedFloats, isAffine } from './affine-weight.js';
import { fineRoundedFloats, isFine } from './fine-weight.js';
import { type Int8Scales, layoutOf } from './int8-weight.js';

/** Floats as their int8 or uint8 form gives them back. */
export function roundedFloats(values: Float32Array, tensor: Tensor, int8: Int8Scales): Float32Array {
  if (isAffine(int8)) return affineRoundedFloats(values, tensor, int8);
  if (isFine(int8)) return fineRoundedFloats(values, tensor, int8);
  const { axis, scales } = int8;
  const layout = layoutOf(tensor.dims, axis);
  const integers = new Int8Array(values.length);
  const target = new Float32Array(values.length);
  quantizeSymmetric(values, layout, scales, integers);
  dequantizeSymmetric(integers, layout, scales, target);
  return target;
}

/** The type that a weight of floats keeps when its values are rounded. */
export function floatType({ dataType }: Tensor) {
  return dataType === 'float16' || dataType === 'bfloat16' || dataType === 'float64' ? dataType : 'float32';
}

/** A weight of floats as its int8 form gives it back, in its own type; computed whenever the bytes are asked for. */
export function roundedTensor(tensor: Tensor, int8: Int8Scales, scratch: Scratch): Tensor {
  const dataType = floatType(tensor);
  return computedTensor(dataType, tensor.dims, () =>
    scratch.lend(tensor.byteLength, async (into) => {
      const values = roundedFloats(await readFloats(tensor, into), tensor, int8);
      return floatsToTensor(dataType, tensor.dims, values).bytes();
    }),
  );
}
