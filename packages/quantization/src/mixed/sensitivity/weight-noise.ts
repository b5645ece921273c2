import type { Change } from '@onnx-compress/core';
import type { LayerChoice, LayerChoices, LayerGroup } from '../layer-choices.js';
import { changedBytes } from './changed-bytes.js';

/** Signal-to-noise ratios of float formats in dB, which their techniques do not report; measured on normal numbers. */
const FLOAT_SNR: ReadonlyMap<string, number> = new Map([
  ['fp16', 73.7],
  ['bf16', 55.6],
]);

/** Nothing was lost that could be measured. */
const EXACT = 0;

/** The energy that rounding takes from a weight, as a part of that of the weight: ||dW||^2 / ||W||^2. */
function weightNoise({ weightSnrDb, scheme }: Change): number {
  const snrDb = typeof weightSnrDb === 'number' ? weightSnrDb : FLOAT_SNR.get(String(scheme));
  return snrDb === undefined ? EXACT : 10 ** (-snrDb / 10);
}

/** How much the noise of a weight counts: its own part of the outputs of its layer, 1 where nothing is known of that. */
export type Gain = (label: string) => number;

/**
 * The noise of the weights of layers alone, without running anything: each layer passes on as a part of its energy what
 * its weight lost as a part of its own, times a gain.
 */
export function weightNoises(groups: readonly LayerGroup[], gain: Gain = () => 1): readonly LayerChoices[] {
  return groups.map(({ labels, offers }) => {
    const choices = [...offers].map(([format, changes]): LayerChoice => {
      const noise = changes.reduce((sum, change) => sum + weightNoise(change) * gain(change.node), 0);
      return { format, changes, bytes: changedBytes(changes), noise };
    });
    return { labels, choices };
  });
}
