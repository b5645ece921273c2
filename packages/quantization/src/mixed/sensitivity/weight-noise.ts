import type { Change } from '@onnx-compress/core';
import type { LayerChoice, LayerChoices, LayerGroup, Offer } from '../layer-choices.js';
import { changedBytes } from './changed-bytes.js';

/** Signal-to-noise ratios of float formats in dB, which their techniques do not report; measured on normal numbers. */
const FLOAT_SNR: ReadonlyMap<string, number> = new Map([
  ['fp16', 73.7],
  ['bf16', 55.6],
]);

/** Nothing was lost that could be measured. */
const EXACT = 0;

/** The energy that rounding takes from a weight, as a part of that of the weight: ||dW||^2 / ||W||^2. */
export function weightNoise({ weightSnrDb, scheme }: Change): number {
  const snrDb = typeof weightSnrDb === 'number' ? weightSnrDb : FLOAT_SNR.get(String(scheme));
  return snrDb === undefined ? EXACT : 10 ** (-snrDb / 10);
}

/** The noise that one change brings to the outputs of its layer, as a part of their energy. */
export type ChangeNoise = (change: Change, offer: Offer) => number;

/**
 * The noise of the layers alone, without running anything: where nothing else is known, each passes on as a part of its
 * energy what its weight lost as a part of its own.
 */
export function layerNoises(
  groups: readonly LayerGroup[],
  noiseOf: ChangeNoise = weightNoise,
): readonly LayerChoices[] {
  return groups.map(({ labels, offers }) => {
    const choices = [...offers].map(([format, offer]): LayerChoice => {
      const noise = offer.changes.reduce((sum, change) => sum + noiseOf(change, offer), 0);
      return { format, changes: offer.changes, bytes: changedBytes(offer.changes), noise };
    });
    return { labels, choices };
  });
}
