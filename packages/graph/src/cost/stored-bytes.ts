import { SparseTensor } from '../model/sparse-tensor.js';
import type { Tensor } from '../tensor/tensor.js';

/** The bytes that a file holds for a constant. */
export function storedBytes(tensor: Tensor): number {
  return tensor instanceof SparseTensor ? tensor.storedLength : tensor.byteLength;
}
