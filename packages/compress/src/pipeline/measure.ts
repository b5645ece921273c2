import type { ShapeInference } from '@onnx-compress/core';
import { type Costs, countCosts, type Model } from '@onnx-compress/graph';
import type { ModelSize } from '../report/report.js';

/** Size of every open dimension of the inputs, as `--dim` names them: given, else 1. */
export function assumedDims(model: Model, given: Readonly<Record<string, number>>): ReadonlyMap<string, number> {
  const sizes = new Map<string, number>();
  for (const { name, declared } of model.graph.inputs) {
    for (const [axis, dim] of (declared?.dims ?? []).entries()) {
      if (typeof dim === 'number') continue;
      const key = dim ? dim : `${name}[${axis}]`;
      sizes.set(key, given[key] ?? 1);
    }
  }
  return sizes;
}

/** Counts what a model costs, without reading its weights. */
export async function costsOf(
  model: Model,
  shapes: ShapeInference,
  dims: ReadonlyMap<string, number>,
  signal: AbortSignal,
): Promise<Costs> {
  return countCosts(model, await shapes.infer(model, dims, signal));
}

/** Costs and file size as a report has them. */
export function modelSize(costs: Costs, fileBytes: number): ModelSize {
  const { parameters, weightBytes, weightBytesByDtype, macs, nodes, unknownMacs } = costs;
  const size = { fileBytes, parameters, weightBytes, weightBytesByDtype, macs, nodes };
  return unknownMacs.length === 0 ? size : { ...size, unknownMacs };
}
