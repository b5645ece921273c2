import { elementCount, float32Tensor, type Tensor } from '@onnx-compress/graph';

/** Uniform numbers in [0, 1): the 32-bit generator "mulberry32", the same on every machine. */
function uniformStream(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Normally distributed numbers with standard deviation `scale`; the same for the same seed. */
export function randomValues(count: number, seed: number, scale = 1): Float32Array {
  const uniform = uniformStream(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  return Float32Array.from({ length: count }, () => normal() * scale);
}

/** A float32 tensor of normally distributed numbers with standard deviation `scale`; the same for the same seed. */
export function randomFloats(dims: readonly number[], seed: number, scale = 1): Tensor {
  return float32Tensor(dims, randomValues(elementCount(dims), seed, scale));
}
