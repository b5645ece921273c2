import { type Calibration, type Context, pickSamples, throwIfAborted } from '@onnx-compress/core';
import { encodedLength, type Model } from '@onnx-compress/graph';
import { OutputReference } from '@onnx-compress/recovery';
import { exactSelection } from '../exact-selection.js';
import type { Format } from '../format.js';
import type { LayerChoice, LayerChoices, LayerGroup } from '../layer-choices.js';
import { quietContext } from '../try-formats.js';
import { searchedPart } from './searched-noise.js';

/** Samples that layers are tried on, at most. */
const MOST_SAMPLES = 8;

/** Noise of outputs that are not finite any more: more than any others together. */
const RUINED = 1e9;

interface Trials {
  readonly model: Model;
  readonly bytes: number;
  readonly reference: OutputReference;
  /** With the samples that trials may learn from. */
  readonly context: Context;
}

/** The noise of a signal-to-noise ratio, as a part of the energy of the signal. */
const noiseOf = (snrDb: number): number => Math.min(RUINED, 10 ** (-snrDb / 10));

/** Samples spread evenly over all of them. */
function someOf(calibration: Calibration): Calibration {
  const { count } = calibration;
  if (count <= MOST_SAMPLES) return calibration;
  const placeOf = (index: number) => Math.floor((index * MOST_SAMPLES) / count);
  return pickSamples(calibration, (index) => placeOf(index) < placeOf(index + 1));
}

async function choiceOf(trials: Trials, { labels, offers }: LayerGroup, format: Format): Promise<LayerChoice> {
  const { model, bytes, reference, context } = trials;
  throwIfAborted(context.signal);
  const { changes = [], repairs = [] } = offers.get(format) ?? {};
  if (format.trial === undefined) return { format, changes, bytes: 0, noise: 0 };
  const copy = model.clone();
  await format.trial(exactSelection(labels), false).run(copy, context);
  const { snrDb } = await reference.compare(copy, context);
  const noise = noiseOf(snrDb) * searchedPart(repairs);
  return { format, changes, bytes: (await encodedLength(copy)) - bytes, noise };
}

/**
 * Measures what each format does to the outputs where the layers of one group alone have it. Integers are the nearest ones;
 * where a search chose others, the noise is less by what these lose less on samples held out. Noise that comes from several
 * layers adds up, about.
 *
 * @throws CancelledError when the signal fires
 */
export async function outputNoise(
  model: Model,
  groups: readonly LayerGroup[],
  calibration: Calibration,
  context: Context,
): Promise<readonly LayerChoices[]> {
  const samples = someOf(calibration);
  const reference = await OutputReference.of(model, samples, context, MOST_SAMPLES);
  const quiet = { ...quietContext(context), calibration: samples, progress: () => {} };
  const trials = { model, bytes: await encodedLength(model), reference, context: quiet };
  const found: LayerChoices[] = [];
  for (const [index, group] of groups.entries()) {
    const choices: LayerChoice[] = [];
    for (const format of group.offers.keys()) choices.push(await choiceOf(trials, group, format));
    found.push({ labels: group.labels, choices });
    context.progress(index + 1, groups.length, group.labels[0]);
  }
  return found;
}
