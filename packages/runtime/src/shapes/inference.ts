import { type Diagnostic, type ShapeInference, throwIfAborted } from '@onnx-compress/core';
import { type Dim, inferByRules, type Model, openDims, ShapeTable } from '@onnx-compress/graph';
import type { Host } from '../host/contract.js';
import { inferModel } from './infer-model.js';
import { shapesFromFile } from './messages.js';

/** What a shape inference may tell besides shapes. */
export interface ShapeInferenceOptions {
  /** Called at most once per inference, when onnxruntime could not load the model or a part of it. */
  readonly warn?: (diagnostic: Diagnostic) => void;
}

/**
 * Infers the types of all values of a model: by rules where those tell everything, which is 30 times as fast, else by
 * onnxruntime. A skeleton without its large weights is loaded with every
 * computed value as an untyped output, and the metadata of the outputs are the answer. Bodies of If, Loop and Scan are
 * lifted to models of their own. Nothing is run.
 *
 * Where onnxruntime cannot load a graph, its values keep what the file declares, and `warn` says why. Bodies of
 * model-local functions have no shapes of their own.
 *
 * Sizes are put in for symbolic dimensions by their symbol, and for nameless ones of inputs by `input[axis]`.
 *
 * @example
 * const shapes = await createShapeInference(host).infer(model, new Map([['batch', 1]]), signal);
 */
export function createShapeInference(host: Host, { warn }: ShapeInferenceOptions = {}): ShapeInference {
  return {
    async infer(model, dims, signal) {
      throwIfAborted(signal);
      const told = inferByRules(model, dims);
      if (told !== undefined) return told;
      const table = new ShapeTable(assumedDims(model, dims));
      const [reason, ...others] = await inferModel({ host, table, dims, inputTypes: new Map(), signal }, model);
      if (reason !== undefined) warn?.(shapesFromFile(1 + others.length, reason));
      return table;
    },
  };
}

function assumedDims(model: Model, dims: ReadonlyMap<string, Dim>): ReadonlyMap<string, Dim> {
  const open = new Set(model.graph.inputs.flatMap((input) => openDims(input)));
  return new Map([...dims].filter(([key]) => open.has(key)));
}
