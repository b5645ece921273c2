import { type Tensor, type Weight, weightBehind } from '@onnx-compress/graph';
import { type Fingerprints, sameShape } from './fingerprints.js';
import type { NodePair } from './pair-nodes.js';

/** A weight of the first model, and the one of the second that is taken for the same. */
export interface WeightPair {
  readonly before: Weight;
  readonly after: Weight;
}

const shapeKey = ({ dataType, dims }: Tensor) => `${dataType} ${dims.join()}`;

/** Weights that are left over when those of the same name are taken away. */
export interface Leftovers {
  readonly before: Set<Weight>;
  readonly after: Set<Weight>;
}

/** The weights that paired nodes read in the same slot, where both are left over. */
function* inSameSlot(nodes: readonly NodePair[], left: Leftovers): Generator<WeightPair> {
  for (const pair of nodes) {
    for (const index of pair.before.inputs.keys()) {
      const [before, after] = [weightBehind(pair.before.input(index)), weightBehind(pair.after.input(index))];
      if (before && after && left.before.has(before) && left.after.has(after)) yield { before, after };
    }
  }
}

/** Pairs leftovers of equal values: first those that paired nodes read, then any. */
export async function pairByValues(
  nodes: readonly NodePair[],
  left: Leftovers,
  prints: Fingerprints,
): Promise<readonly WeightPair[]> {
  const pairs: WeightPair[] = [];
  const take = (pair: WeightPair) => {
    pairs.push(pair);
    left.before.delete(pair.before);
    left.after.delete(pair.after);
  };
  for (const pair of inSameSlot(nodes, left)) {
    if (await prints.alike(pair.before.tensor, pair.after.tensor)) take(pair);
  }
  const shapes = new Set([...left.before].map(({ tensor }) => shapeKey(tensor)));
  const byPrint = new Map<string, Weight[]>();
  for (const weight of left.after) {
    if (!shapes.has(shapeKey(weight.tensor))) continue;
    const print = await prints.of(weight.tensor);
    byPrint.set(print, [...(byPrint.get(print) ?? []), weight]);
  }
  if (byPrint.size === 0) return pairs;
  for (const before of [...left.before]) {
    const after = byPrint.get(await prints.of(before.tensor))?.shift();
    if (after) take({ before, after });
  }
  return pairs;
}

/** Pairs leftovers that paired nodes read in the same slot: of the same shape, then of the same type and rank. */
export function pairBySlot(nodes: readonly NodePair[], left: Leftovers): readonly WeightPair[] {
  const pairs: WeightPair[] = [];
  const sameRank = (first: Tensor, second: Tensor) =>
    first.dataType === second.dataType && first.dims.length === second.dims.length;
  for (const fits of [sameShape, sameRank]) {
    for (const pair of inSameSlot(nodes, left)) {
      if (!fits(pair.before.tensor, pair.after.tensor)) continue;
      pairs.push(pair);
      left.before.delete(pair.before);
      left.after.delete(pair.after);
    }
  }
  return pairs;
}
