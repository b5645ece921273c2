import type { Change } from '@onnx-compress/core';
import type { Model } from '@onnx-compress/graph';
import { addToBias, contractionOf, type KeptChannels } from '@onnx-compress/recovery';
import type { Prunable } from '../analysis/prunable.js';
import { type Fold, planFolds } from '../constants/fold.js';
import type { MeansSource } from '../constants/means-source.js';
import { readersOf, sitesOf } from '../constants/sites.js';
import type { Decision } from '../selection/decision.js';
import { applyEdits } from './apply-edits.js';
import type { Edit } from './edit.js';
import { planEdits } from './plan-edits.js';
import { reportEdits } from './report-edits.js';

async function findFolds(edits: readonly Edit[], sources: readonly MeansSource[]): Promise<readonly Fold[]> {
  const slices = edits.filter((edit) => edit.kind === 'slice');
  const sites = sitesOf(slices);
  const folds: Fold[] = [];
  for (const means of sources) folds.push(...(await planFolds(sites, slices, await means(sites))));
  return folds;
}

/** Adds what removed channels held to the biases behind them; returns those for which there was a place. */
async function fold(folds: readonly Fold[]): Promise<readonly Fold[]> {
  const done: Fold[] = [];
  for (const each of folds) {
    if (await addToBias(each.node, each.slice.weight.tensor.dataType, each.bias)) done.push(each);
  }
  return done;
}

/** The changes, with what each layer took for its removed input channels. */
function withConstants(changed: readonly Change[], folds: readonly Fold[]): readonly Change[] {
  const key = (node: unknown, tensor: unknown, axis: unknown) => JSON.stringify([node, tensor, axis]);
  const constants = new Map<string, readonly number[]>();
  for (const { node, slice, constants: own } of folds) {
    const at = key(node.label, slice.weight.name, slice.axis);
    const others = constants.get(at);
    constants.set(at, others === undefined ? own : own.map((value, index) => value + (others[index] ?? 0)));
  }
  return changed.map((change) => {
    const own = constants.get(key(change.node, change.tensor, change.axis));
    return own === undefined ? change : { ...change, constants: own };
  });
}

/** What was removed, for the report and for the repair of what stayed. */
interface Removed {
  readonly changed: readonly Change[];
  /** By label, the output channels that stayed of layers that lost some. */
  readonly kept: ReadonlyMap<string, KeptChannels>;
}

/** The output channels that stay, for each layer that computes them with a sliced weight. */
function keptOutputsOf(edits: readonly Edit[]): ReadonlyMap<string, KeptChannels> {
  const slices = edits.filter((edit) => edit.kind === 'slice');
  const kept = slices.flatMap((slice) =>
    readersOf(slice).flatMap((node): readonly [string, KeptChannels][] => {
      const contraction = contractionOf(node, slice.weight.tensor);
      return contraction?.outputAxis === slice.axis ? [[node.label, { outputs: slice.keep }]] : [];
    }),
  );
  return new Map(kept);
}

/**
 * Removes the chosen units, and everything that goes with them, from the model, in place.
 *
 * @param means what the removed channels are taken to hold, which the layers behind get in their biases; several sources,
 * each of other channels, one after the other
 */
export async function removeUnits(
  model: Model,
  { engine }: Prunable,
  decisions: readonly Decision[],
  ...means: readonly MeansSource[]
): Promise<Removed> {
  const edits = planEdits(
    engine,
    decisions.flatMap(({ units }) => units),
  );
  if (edits.length === 0) return { changed: [], kept: new Map() };
  const folds = await findFolds(edits, means);
  const kept = keptOutputsOf(edits);
  const changed = reportEdits(edits);
  applyEdits(model, edits);
  return { changed: withConstants(changed, await fold(folds)), kept };
}
