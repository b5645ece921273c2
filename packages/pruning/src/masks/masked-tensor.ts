import { bitsOf, computedTensor, memoryTensor, readFloats, type Tensor } from '@onnx-compress/graph';
import { type FloatBits, type Mask, visitMasked } from './mask.js';

/** Elements as they are stored, so that zeros can be written one by one. */
function elementsOf(bytes: Uint8Array, { dataType }: Tensor): Uint16Array | Uint32Array | Float64Array {
  switch (bitsOf(dataType)) {
    case 16:
      return new Uint16Array(bytes.buffer);
    case 32:
      return new Uint32Array(bytes.buffer);
    default:
      return new Float64Array(bytes.buffer);
  }
}

/** The bits of all elements in single precision. */
export async function floatBits(tensor: Tensor): Promise<FloatBits> {
  const { buffer, byteOffset, length } = await readFloats(tensor);
  return new Uint32Array(buffer, byteOffset, length);
}

async function maskedBytes(tensor: Tensor, mask: Mask, bytes: Uint8Array): Promise<Uint8Array> {
  const bits = await floatBits(memoryTensor(tensor.dataType, tensor.dims, bytes));
  const result = new Uint8Array(bytes);
  const elements = elementsOf(result, tensor);
  visitMasked(bits, mask, (index) => {
    elements[index] = 0;
  });
  return result;
}

/** A float tensor with the masked elements at zero; a large one is masked anew each time someone asks for its bytes. */
export async function maskedTensor(tensor: Tensor, mask: Mask): Promise<Tensor> {
  const { dataType, dims, inline } = tensor;
  if (inline !== undefined) return memoryTensor(dataType, dims, await maskedBytes(tensor, mask, inline));
  return computedTensor(dataType, dims, async () => maskedBytes(tensor, mask, await tensor.bytes()));
}
