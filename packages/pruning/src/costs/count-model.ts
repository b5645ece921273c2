import type { Context } from '@onnx-compress/core';
import {
  type Costs,
  countCosts,
  encodedLength,
  type Model,
  propagateShapes,
  type ShapeTable,
} from '@onnx-compress/graph';

/** What a model costs, counted; reads no weights. */
export interface ModelCounts {
  readonly macs: number;
  readonly parameters: number;
  /** Length of the model as one file. */
  readonly bytes: number;
  /** Shapes at which the multiply-accumulates were counted. */
  readonly shapes: ShapeTable;
}

interface CountedAt {
  readonly costs: Costs;
  readonly shapes: ShapeTable;
}

/** onnxruntime is asked only where the rules do not tell all shapes. */
async function countAt(
  model: Model,
  { shapes, dims, signal }: Pick<Context, 'shapes' | 'dims' | 'signal'>,
): Promise<CountedAt> {
  const propagated = propagateShapes(model, dims);
  const costs = countCosts(model, propagated);
  if (costs.unknownMacs.length === 0) return { costs, shapes: propagated };
  const inferred = await shapes.infer(model, dims, signal);
  return { costs: countCosts(model, inferred), shapes: inferred };
}

/** Counts a model at the sizes of symbolic dimensions that the context has. */
export async function countModel(
  model: Model,
  context: Pick<Context, 'shapes' | 'dims' | 'signal'>,
): Promise<ModelCounts> {
  const { costs, shapes } = await countAt(model, context);
  return { macs: costs.macs, parameters: costs.parameters, bytes: await encodedLength(model), shapes };
}
