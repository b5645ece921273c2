import { type Model, openDims } from '@onnx-compress/graph';
import { unknownDim } from './messages.js';

/** Refuses sizes of dimensions that none of the models leaves open. @throws UsageError */
export function requireDims(models: readonly Model[], given: Readonly<Record<string, number>>): void {
  const known = [...new Set(models.flatMap(({ graph }) => graph.inputs.flatMap(openDims)))];
  for (const name of Object.keys(given)) if (!known.includes(name)) throw unknownDim(name, known);
}
