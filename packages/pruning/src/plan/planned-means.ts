import type { Model } from '@onnx-compress/graph';
import { contractionOf } from '@onnx-compress/recovery';
import type { MeansSource } from '../constants/means-source.js';
import { type StoredConstants, storedMeans } from '../constants/stored-means.js';
import * as messages from '../messages.js';

/** @throws UsageError where no node of the model sums the channels with such a weight, in as many groups */
function check(model: Model, entry: StoredConstants): void {
  const { node: label, tensor: name, axis, size, channels, values } = entry;
  const node = Array.from(model.nodes()).find((own) => own.label === label);
  const weight = node?.input(1)?.weight;
  if (node === undefined || weight?.name !== name) throw messages.planHasOtherReader(entry);
  const contraction = contractionOf(node, weight.tensor);
  const perGroup = weight.tensor.dims[axis] ?? 0;
  if (perGroup !== size) throw messages.planHasOtherSize(entry, perGroup);
  const outside = channels.find((channel) => channel >= size);
  if (outside !== undefined) throw messages.planHasOtherChannel(entry, outside);
  if (contraction?.inputAxis !== axis || contraction.groups * channels.length !== values.length) {
    throw messages.planHasOtherReader(entry);
  }
}

/** Entries in rounds, each with at most one for a layer, in their order. */
function rounds(constants: readonly StoredConstants[]): readonly (readonly StoredConstants[])[] {
  const result: StoredConstants[][] = [];
  const seen = new Map<string, number>();
  for (const entry of constants) {
    const key = JSON.stringify([entry.node, entry.tensor, entry.axis]);
    const round = seen.get(key) ?? 0;
    seen.set(key, round + 1);
    result[round] = [...(result[round] ?? []), entry];
  }
  return result;
}

/**
 * What a plan says that the removed channels held: one source for each of the steps it was made of, so that biases are
 * rounded as often as then.
 *
 * @throws UsageError for an entry that does not fit the model
 */
export function plannedMeans(model: Model, constants: readonly StoredConstants[]): readonly MeansSource[] {
  for (const entry of constants) check(model, entry);
  return rounds(constants).map(storedMeans);
}
