import {
  elementCount,
  float32Tensor,
  floatsToTensor,
  int32Tensor,
  int64Tensor,
  type Model,
  type Tensor,
} from '@onnx-compress/graph';
import { randomValues } from './random.js';

/** Sizes of symbolic dimensions by input name and axis where 1 does not fit the model. */
const SIZES: Readonly<Record<string, readonly number[]>> = {
  input: [1, 576],
  x: [1, 3, 48, 192],
  state: [2, 1, 128],
};

/** One set of plausible inputs for a model of the zoo. */
export function zooFeeds(model: Model): Record<string, Tensor> {
  return Object.fromEntries(
    model.graph.inputs.map(({ name, declared }, index) => {
      const dims = (declared?.dims ?? []).map((dim, axis) =>
        typeof dim === 'number' ? dim : (SIZES[name]?.[axis] ?? (axis < 2 ? 1 : 64)),
      );
      return [name, feed(name, declared?.dataType ?? 'float32', dims, index)];
    }),
  );
}

function feed(name: string, dataType: string, dims: readonly number[], seed: number): Tensor {
  const count = elementCount(dims);
  if (dataType === 'int64')
    return int64Tensor(
      dims,
      Array.from({ length: count }, (_, i) => (name === 'sr' ? 16000 : i % 50)),
    );
  if (dataType === 'int32')
    return int32Tensor(
      dims,
      Array.from({ length: count }, (_, i) => (i * 31) % 256),
    );
  if (dataType === 'float16') return floatsToTensor('float16', dims, randomValues(count, seed));
  return float32Tensor(dims, randomValues(count, seed));
}
