import type { Model } from '../model/model.js';

/**
 * Removes the declared types of all intermediate values, which edits may have made wrong; types of graph inputs and
 * outputs stay, they are the model's signature. onnxruntime neither checks nor needs the others.
 */
export function dropStaleShapes(model: Model): void {
  for (const graph of model.walk()) graph.dropDeclared(() => true);
}
