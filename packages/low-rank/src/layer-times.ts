import { CompressError, type Context, type ModelTime, throwIfAborted } from '@onnx-compress/core';
import type { Model } from '@onnx-compress/graph';
import { layersNotTimed, slowerThanDense } from './messages.js';

/** Milliseconds of one inference of a layer, before it was factored and after, all its factors together. */
export interface LayerTime {
  readonly before: number;
  readonly after: number;
}

/** Of each layer that could be timed, by label. */
export type LayerTimes = ReadonlyMap<string, LayerTime>;

/** A model before and after its layers were factored. */
export interface FactoredModel {
  readonly original: Model;
  readonly changed: Model;
}

const labelsOf = (model: Model) => Array.from(model.nodes(), ({ label }) => label);

/** The labels of the factors of each layer: its own, and the new ones that are named after it and a part. */
function factorsOf({ original, changed }: FactoredModel, layers: readonly string[]) {
  const before = new Set(labelsOf(original));
  const factors = new Map(layers.map((layer) => [layer, [layer]]));
  for (const label of labelsOf(changed)) {
    if (!before.has(label)) factors.get(label.slice(0, label.lastIndexOf('/')))?.push(label);
  }
  return factors;
}

/** What several nodes take together; undefined where none of them runs by itself. */
function timeOf({ nodes }: ModelTime, labels: readonly string[]): number | undefined {
  const known = labels.flatMap((label) => nodes.get(label) ?? []);
  return known.length === 0 ? undefined : known.reduce((sum, time) => sum + time, 0);
}

/** Times that are no longer than this part of what they were are within the noise of a measurement. */
const NOISE = 1.1;

/** Milliseconds below which a time says nothing by itself. */
const LEAST_MS = 0.02;

const isSlower = ({ before, after }: LayerTime) => after > Math.max(NOISE * before, LEAST_MS);

/** @returns nothing where the models cannot be timed, of which the context is warned */
async function measured({ original, changed }: FactoredModel, context: Context): Promise<readonly ModelTime[]> {
  const { nodeTimes, signal, warn } = context;
  try {
    return await nodeTimes.measure([original, changed], signal);
  } catch (error) {
    throwIfAborted(signal);
    if (!(error instanceof CompressError)) throw error;
    warn(layersNotTimed(error));
    return [];
  }
}

/**
 * Times layers before and after they were factored, and warns of those that became slower. Nodes that onnxruntime fuses
 * into others are left out.
 *
 * @throws CancelledError when the signal fires
 */
export async function layerTimes(
  models: FactoredModel,
  layers: readonly string[],
  context: Context,
): Promise<LayerTimes> {
  const times = new Map<string, LayerTime>();
  const [dense, factored] = layers.length === 0 ? [] : await measured(models, context);
  if (dense === undefined || factored === undefined) return times;
  for (const [layer, factors] of factorsOf(models, layers)) {
    const [before, after] = [timeOf(dense, [layer]), timeOf(factored, factors)];
    if (before !== undefined && after !== undefined) times.set(layer, { before, after });
  }
  const slower = [...times].filter(([, time]) => isSlower(time)).map(([layer]) => layer);
  if (slower.length > 0) context.warn(slowerThanDense(slower));
  return times;
}
