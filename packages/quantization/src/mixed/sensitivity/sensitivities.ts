import type { Context } from '@onnx-compress/core';
import type { Model } from '@onnx-compress/graph';
import type { LayerChoices, LayerGroup } from '../layer-choices.js';
import type { MixedOptions } from '../options.js';
import { gramNoise } from './gram-noise.js';
import { outputNoise } from './output-noise.js';
import { layerNoises } from './weight-noise.js';

/** What each format does to each layer, and how that was found. */
export interface Sensitivities {
  readonly layers: readonly LayerChoices[];
  readonly by: Exclude<MixedOptions['sensitivity'], 'auto'>;
}

/**
 * Finds what the formats do to the layers: on samples, or from the weights alone where there are none.
 *
 * @throws CancelledError when the signal fires
 */
export async function sensitivities(
  model: Model,
  groups: readonly LayerGroup[],
  asked: MixedOptions['sensitivity'],
  context: Context,
): Promise<Sensitivities> {
  const { calibration } = context;
  if (calibration === undefined || asked === 'weights') return { layers: layerNoises(groups), by: 'weights' };
  if (asked === 'output') return { layers: await outputNoise(model, groups, calibration, context), by: 'output' };
  return { layers: await gramNoise(model, groups, calibration, context), by: 'gram' };
}
