import { type Context, dividedProgress, type NodeSelection, throwIfAborted } from '@onnx-compress/core';
import type { Model } from '@onnx-compress/graph';
import type { Format } from './format.js';
import type { Offer } from './layer-choices.js';

/** What a format does to all nodes that it may touch, and the copy in which it did. */
interface FormatTrial extends Offer {
  readonly model: Model;
}

/** By format, in the order in which they were asked for. */
export type FormatTrials = ReadonlyMap<Format, FormatTrial>;

/** Which nodes may have another format, and whether integers are chosen as for the result or are the nearest ones. */
export interface TrialSettings {
  readonly nodes: NodeSelection;
  readonly choosesIntegers: boolean;
}

/** A context for trials: they say nothing and draw nothing. */
export const quietContext = (context: Context): Context => ({ ...context, drawsFigures: false, warn: () => {} });

async function trialOf(
  model: Model,
  format: Format,
  { nodes, choosesIntegers }: TrialSettings,
  context: Context,
): Promise<FormatTrial> {
  throwIfAborted(context.signal);
  if (format.trial === undefined) return { model, changes: [], repairs: [] };
  const hasSamples = choosesIntegers && context.calibration !== undefined;
  const copy = model.clone();
  const { changed, repairs = [] } = await format.trial(nodes, hasSamples).run(copy, quietContext(context));
  return { model: copy, changes: changed, repairs };
}

/**
 * Brings copies of a model as a whole into each of the formats, on samples where there are any, so that what is known of a
 * layer is what the format will do to it.
 *
 * @throws CancelledError when the signal fires
 */
export async function tryFormats(
  model: Model,
  formats: readonly Format[],
  settings: TrialSettings,
  context: Context,
): Promise<FormatTrials> {
  const phase = dividedProgress(context, Object.fromEntries(formats.map(({ name }) => [name, 1])));
  const trials = new Map<Format, FormatTrial>();
  for (const format of formats) trials.set(format, await trialOf(model, format, settings, phase(format.name)));
  return trials;
}
