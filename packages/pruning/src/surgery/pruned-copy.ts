import type { Model } from '@onnx-compress/graph';
import type { Prunable } from '../analysis/prunable.js';
import type { MeansSource } from '../constants/means-source.js';
import type { Decision } from '../selection/decision.js';
import { removeUnits } from './remove-units.js';

/** Finds what can be pruned of a model. The same graph gives the same groups and atoms each time. */
export type FindPrunable = (model: Model) => Promise<Prunable>;

/**
 * A copy of the model without some units; the model stays as it is.
 *
 * @param means what the removed channels are taken to hold, found in the copy before they go; default zero
 */
export async function prunedCopy(
  model: Model,
  decisions: readonly Decision[],
  find: FindPrunable,
  means?: (copy: Model, prunable: Prunable) => MeansSource,
): Promise<Model> {
  const copy = model.clone();
  const prunable = await find(copy);
  await removeUnits(copy, prunable, decisions, ...(means === undefined ? [] : [means(copy, prunable)]));
  return copy;
}
