import { type Change, type Context, type NodeSelection, throwIfAborted } from '@onnx-compress/core';
import type { Model } from '@onnx-compress/graph';
import { layersByWeight } from '../fallback/shared-weights.js';
import type { Format } from './format.js';
import type { LayerGroup } from './layer-choices.js';

/** A context for trials of a format: they say nothing, and learn nothing from samples unless they must. */
export const trialContext = (context: Context, { needsSamples }: Format): Context => ({
  ...context,
  calibration: needsSamples ? context.calibration : undefined,
  drawsFigures: false,
  progress: () => {},
  warn: () => {},
});

/** What a format does to all nodes that it may touch. */
async function changesBy(model: Model, format: Format, nodes: NodeSelection, context: Context) {
  throwIfAborted(context.signal);
  if (format.transform === undefined) return [];
  const { changed } = await format.transform(nodes, false).run(model.clone(), trialContext(context, format));
  return changed;
}

/**
 * Finds the layers that any of the formats can store, those together that share a weight.
 *
 * @throws CancelledError when the signal fires
 */
export async function findGroups(
  model: Model,
  formats: readonly Format[],
  nodes: NodeSelection,
  context: Context,
): Promise<readonly LayerGroup[]> {
  const changes = new Map<Format, readonly Change[]>();
  for (const format of formats) changes.set(format, await changesBy(model, format, nodes, context));
  return layersByWeight([...changes.values()].flat()).map((labels) => {
    const own = new Set(labels);
    const offers = formats.flatMap((format) => {
      const found = changes.get(format)?.filter(({ node }) => own.has(node)) ?? [];
      return found.length > 0 || format.transform === undefined ? [[format, found] as const] : [];
    });
    return { labels, offers: new Map(offers) };
  });
}
