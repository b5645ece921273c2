import type { DataType, Model, Tensor, Weight } from '@onnx-compress/graph';
import { Fingerprints } from './fingerprints.js';
import type { NodePair } from './pair-nodes.js';
import { pairBySlot, pairByValues, type WeightPair } from './pair-weights.js';
import { pairQuantized, type QuantizedPair } from './quantized-weights.js';
import { scopePath } from './scope-path.js';

/** Type and shape of a weight. */
export interface WeightShape {
  readonly dataType: DataType;
  readonly dims: readonly number[];
}

/** A weight that only one of the models has. */
export interface WeightEntry extends WeightShape {
  readonly name: string;
}

/** A weight that both models have under one name, and not alike; or that the second one has in integers. */
export interface WeightChange {
  readonly name: string;
  readonly before: WeightShape;
  readonly after: WeightShape;
  /** Absent where it was not quantized. */
  readonly quantized?: {
    /** Name of the integers. */
    readonly name: string;
    /** The factors that make floats of them. */
    readonly scale: WeightShape;
  };
}

/** A weight that the models hold under different names: told by its values, or by the node that reads it. */
export interface WeightRename {
  readonly before: string;
  readonly after: string;
  readonly from: WeightShape;
  readonly to: WeightShape;
  readonly sameValues: boolean;
}

/** Weights: only in the second model, only in the first one, in both but not alike, in both under different names. */
export interface WeightDifference {
  readonly added: readonly WeightEntry[];
  readonly removed: readonly WeightEntry[];
  readonly changed: readonly WeightChange[];
  readonly renamed: readonly WeightRename[];
}

/** The difference, and the pairs it was found on. */
export interface ComparedWeights {
  readonly difference: WeightDifference;
  readonly pairs: readonly WeightPair[];
}

const shapeOf = ({ dataType, dims }: Tensor): WeightShape => ({ dataType, dims });

/** Its name; inside a subgraph the node and the attribute that hold it come first: `choose.then_branch/weight`. */
function nameOf(weight: Weight): string {
  const { owner, kind, name } = weight.graph;
  const holder = owner ? `${owner.node.label}.${owner.attribute}` : kind === 'function' ? name : undefined;
  return holder === undefined ? weight.name : `${holder}/${weight.name}`;
}

/** Both branches of an If may hold a weight of the same name. */
const keyOf = (weight: Weight) => `${scopePath(weight.graph)} ${weight.name}`;

const byName = (model: Model) => new Map([...model.weights()].map((weight) => [keyOf(weight), weight]));

const renameOf =
  (sameValues: boolean) =>
  ({ before, after }: WeightPair): WeightRename => ({
    before: nameOf(before),
    after: nameOf(after),
    from: shapeOf(before.tensor),
    to: shapeOf(after.tensor),
    sameValues,
  });

const quantizationOf = ({ before, after, scale }: QuantizedPair): WeightChange => ({
  name: nameOf(before),
  before: shapeOf(before.tensor),
  after: shapeOf(after.tensor),
  quantized: { name: nameOf(after), scale: shapeOf(scale.tensor) },
});

const entryOf = (weight: Weight): WeightEntry => ({ name: nameOf(weight), ...shapeOf(weight.tensor) });

/**
 * Compares weights by name, type, shape and values; what is left by the names of quantized weights, by equal values,
 * then by the slots of paired nodes.
 * Holds one of them in memory at a time.
 */
export async function compareWeights(
  before: Model,
  after: Model,
  nodes: readonly NodePair[],
): Promise<ComparedWeights> {
  const prints = new Fingerprints();
  const [first, second] = [byName(before), byName(after)];
  const named = [...first].flatMap(([name, weight]): readonly WeightPair[] => {
    const other = second.get(name);
    return other === undefined ? [] : [{ before: weight, after: other }];
  });
  const changed: WeightChange[] = [];
  for (const pair of named) {
    const [from, to] = [pair.before.tensor, pair.after.tensor];
    if (await prints.alike(from, to)) continue;
    changed.push({ name: nameOf(pair.before), before: shapeOf(from), after: shapeOf(to) });
  }
  const left = {
    before: new Set([...first].filter(([name]) => !second.has(name)).map(([, weight]) => weight)),
    after: new Set([...second].filter(([name]) => !first.has(name)).map(([, weight]) => weight)),
  };
  const quantized = pairQuantized(left, keyOf);
  changed.push(...quantized.map(quantizationOf));
  const equal = await pairByValues(nodes, left, prints);
  const placed = pairBySlot(nodes, left);
  const renamed = [...equal.map(renameOf(true)), ...placed.map(renameOf(false))];
  const difference = { added: [...left.after].map(entryOf), removed: [...left.before].map(entryOf), changed, renamed };
  return { difference, pairs: [...named, ...equal, ...placed] };
}
