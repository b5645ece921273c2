import type { Model } from '@onnx-compress/graph';
import type { Prunable } from '../analysis/prunable.js';
import type { Decision } from '../selection/decision.js';
import { removeUnits } from './remove-units.js';

/** Finds what can be pruned of a model. The same graph gives the same groups and atoms each time. */
export type FindPrunable = (model: Model) => Promise<Prunable>;

/** A copy of the model without some units; the model stays as it is. */
export async function prunedCopy(model: Model, decisions: readonly Decision[], find: FindPrunable): Promise<Model> {
  const copy = model.clone();
  await removeUnits(copy, await find(copy), decisions);
  return copy;
}
