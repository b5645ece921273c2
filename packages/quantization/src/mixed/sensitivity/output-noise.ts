import { type Calibration, type Context, throwIfAborted } from '@onnx-compress/core';
import { encodedLength, type Model } from '@onnx-compress/graph';
import { OutputReference } from '@onnx-compress/recovery';
import { exactSelection } from '../exact-selection.js';
import { trialContext } from '../find-groups.js';
import type { Format } from '../format.js';
import type { LayerChoice, LayerChoices, LayerGroup } from '../layer-choices.js';

/** Samples that layers are tried on, at most. */
const MOST_SAMPLES = 8;

/** Noise of outputs that are not finite any more: more than any others together. */
const RUINED = 1e9;

interface Trials {
  readonly model: Model;
  readonly bytes: number;
  readonly reference: OutputReference;
  readonly context: Context;
}

/** The noise of a signal-to-noise ratio, as a part of the energy of the signal. */
const noiseOf = (snrDb: number): number => Math.min(RUINED, 10 ** (-snrDb / 10));

async function choiceOf(trials: Trials, { labels, offers }: LayerGroup, format: Format): Promise<LayerChoice> {
  const { model, bytes, reference, context } = trials;
  throwIfAborted(context.signal);
  const changes = offers.get(format) ?? [];
  if (format.transform === undefined) return { format, changes, bytes: 0, noise: 0 };
  const copy = model.clone();
  await format.transform(exactSelection(labels), false).run(copy, trialContext(context, format));
  const { snrDb } = await reference.compare(copy, context);
  return { format, changes, bytes: (await encodedLength(copy)) - bytes, noise: noiseOf(snrDb) };
}

/**
 * Measures what each format does to the outputs where the layers of one group alone have it. Noise that comes from
 * several layers adds up, about.
 *
 * @throws CancelledError when the signal fires
 */
export async function outputNoise(
  model: Model,
  groups: readonly LayerGroup[],
  calibration: Calibration,
  context: Context,
): Promise<readonly LayerChoices[]> {
  const reference = await OutputReference.of(model, calibration, context, MOST_SAMPLES);
  const trials = { model, bytes: await encodedLength(model), reference, context };
  const found: LayerChoices[] = [];
  for (const [index, group] of groups.entries()) {
    const choices: LayerChoice[] = [];
    for (const format of group.offers.keys()) choices.push(await choiceOf(trials, group, format));
    found.push({ labels: group.labels, choices });
    context.progress(index + 1, groups.length, group.labels[0]);
  }
  return found;
}
