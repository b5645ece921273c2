import type { ShapeInference } from '@onnx-compress/core';
import { type Costs, countCosts, type Model, openDims, propagateShapes } from '@onnx-compress/graph';
import type { ModelSize } from '../report/report.js';

/** Size of every open dimension of the inputs, as `--dim` names them: given, else 1. */
export function assumedDims(model: Model, given: Readonly<Record<string, number>>): ReadonlyMap<string, number> {
  return new Map(model.graph.inputs.flatMap(openDims).map((name) => [name, given[name] ?? 1]));
}

/** Counts what a model costs, without reading its weights; onnxruntime is asked only where rules do not tell all shapes. */
export async function costsOf(
  model: Model,
  shapes: ShapeInference,
  dims: ReadonlyMap<string, number>,
  signal: AbortSignal,
): Promise<Costs> {
  const costs = countCosts(model, propagateShapes(model, dims));
  return costs.unknownMacs.length === 0 ? costs : countCosts(model, await shapes.infer(model, dims, signal));
}

/** Costs and file size as a report has them. */
export function modelSize(costs: Costs, fileBytes: number): ModelSize {
  const { parameters, weights, weightBytes, weightBytesByDtype, macs, flops, nodes, unknownMacs } = costs;
  const size = { fileBytes, parameters, weights, weightBytes, weightBytesByDtype, macs, flops, nodes };
  return unknownMacs.length === 0 ? size : { ...size, unknownMacs };
}
