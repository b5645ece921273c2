import type { Model } from '../model/model.js';
import type { Weight } from '../model/weight.js';

/**
 * A copy of the model in which every large weight of the main graph became a typed input: the same shapes everywhere,
 * without the memory. Small weights stay, since shapes may depend on their values.
 *
 * @param inlineLimit largest weight in bytes that stays
 */
export function skeleton(model: Model, inlineLimit = 4096): Model {
  const copy = model.clone();
  const isLarge = ({ tensor }: Weight) => tensor.dataType !== 'string' && tensor.byteLength > inlineLimit;
  for (const weight of [...copy.graph.weights()].filter(isLarge)) copy.graph.turnIntoInput(weight);
  return copy;
}
