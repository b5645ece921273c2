import { elementCount, float32Tensor, type Tensor } from '@onnx-compress/graph';

/**
 * A float32 tensor of uniform numbers of this standard deviation; the same for the same seed. Made by the generator
 * "xorshift32", whose plain integer steps fill the millions of weights of a published network ten times as fast as
 * `randomFloats` does in a test.
 */
export function uniformWeights(dims: readonly number[], seed: number, deviation: number): Tensor {
  const values = new Float32Array(elementCount(dims));
  const step = (deviation * 12 ** 0.5) / 2 ** 32;
  let bits = (seed + 1) | 0;
  for (let index = -16; index < values.length; index++) {
    bits ^= bits << 13;
    bits ^= bits >>> 17;
    bits ^= bits << 5;
    if (index >= 0) values[index] = bits * step;
  }
  return float32Tensor(dims, values);
}
