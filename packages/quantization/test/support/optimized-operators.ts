import type { Model } from '@onnx-compress/graph';
import { optimizedModel } from './optimized-model.js';

/** The operators that onnxruntime really runs for a model, after all its optimizations, sorted. */
export async function optimizedOperators(model: Model): Promise<readonly string[]> {
  return [...(await optimizedModel(model)).nodes()].map(({ opType }) => opType).sort();
}
