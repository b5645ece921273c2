import type { Context, LayerRepair } from '@onnx-compress/core';
import type { ModelPair } from './model-pair.js';
import { matchMomentsByNormalization } from './moments/match-by-normalization.js';
import { matchMoments } from './moments/match-moments.js';
import { repairModel } from './repair-model.js';

/** How layers are repaired: not at all, their means and variances, by least squares, or as well as can be. */
export type Recovery = 'off' | 'mean' | 'least-squares' | 'auto';

/**
 * Repairs a changed model in place. From samples by the method of this name, `auto` by least squares. Without samples only
 * `mean` does something: it matches means and variances as far as BatchNormalization nodes tell them.
 *
 * @throws CancelledError when the signal fires
 */
export async function recover(pair: ModelPair, method: Recovery, context: Context): Promise<readonly LayerRepair[]> {
  const { calibration } = context;
  if (method === 'off') return [];
  if (calibration === undefined) return method === 'mean' ? matchMomentsByNormalization(pair, context) : [];
  return method === 'mean' ? matchMoments(pair, { ...context, calibration }) : repairModel(pair, context);
}
