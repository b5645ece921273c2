import { type CompressModel, storedBytes } from '../compress-model.js';
import type { ModelSize } from '../report/report.js';
import type { Engine } from './engine.js';
import { assumedDims, costsOf, modelSize } from './measure.js';

/** What a model costs, and the sizes that were assumed for its symbolic dimensions. */
export interface MeasuredModel {
  readonly size: ModelSize;
  readonly assumedDims: Readonly<Record<string, number>>;
}

/** Counts what a model costs; reads no weights. */
export async function measureModel(
  model: CompressModel,
  engine: Engine,
  dims: Readonly<Record<string, number>>,
  signal: AbortSignal,
): Promise<MeasuredModel> {
  const assumed = assumedDims(model.content, dims);
  const costs = await costsOf(model.content, engine.shapes, assumed, signal);
  return { size: modelSize(costs, storedBytes(model)), assumedDims: Object.fromEntries(assumed) };
}
