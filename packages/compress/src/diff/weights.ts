import type { DataType, Model, Tensor, Weight } from '@onnx-compress/graph';

/** Type and shape of a weight. */
export interface WeightShape {
  readonly dataType: DataType;
  readonly dims: readonly number[];
}

/** A weight that only one of the models has. */
export interface WeightEntry extends WeightShape {
  readonly name: string;
}

/** A weight that both models have under one name, and not alike. */
export interface WeightChange {
  readonly name: string;
  readonly before: WeightShape;
  readonly after: WeightShape;
}

/** Weights by name: only in the second model, only in the first one, in both but not alike. */
export interface WeightDifference {
  readonly added: readonly WeightEntry[];
  readonly removed: readonly WeightEntry[];
  readonly changed: readonly WeightChange[];
}

const shapeOf = ({ dataType, dims }: Tensor): WeightShape => ({ dataType, dims });

const entryOf = ([name, { tensor }]: readonly [string, Weight]): WeightEntry => ({ name, ...shapeOf(tensor) });

/** Weights by name; inside a subgraph the name of the node that holds it comes first. */
function namedWeights(model: Model): ReadonlyMap<string, Weight> {
  const named = new Map<string, Weight>();
  for (const weight of model.weights()) {
    const owner = weight.graph.owner?.node.label ?? (weight.graph.kind === 'function' ? weight.graph.name : undefined);
    named.set(owner === undefined ? weight.name : `${owner}/${weight.name}`, weight);
  }
  return named;
}

async function sameBytes(first: Tensor, second: Tensor): Promise<boolean> {
  if (first === second) return true;
  const [a, b] = [await first.bytes(), await second.bytes()];
  return Buffer.compare(a, b) === 0;
}

async function alike(before: Tensor, after: Tensor): Promise<boolean> {
  if (before.dataType !== after.dataType || before.dims.join() !== after.dims.join()) return false;
  return sameBytes(before, after);
}

/** Compares weights by name, type, shape and values; holds two of them in memory at a time. */
export async function diffWeights(before: Model, after: Model): Promise<WeightDifference> {
  const [first, second] = [namedWeights(before), namedWeights(after)];
  const changed: WeightChange[] = [];
  for (const [name, weight] of first) {
    const other = second.get(name);
    if (other === undefined || (await alike(weight.tensor, other.tensor))) continue;
    changed.push({ name, before: shapeOf(weight.tensor), after: shapeOf(other.tensor) });
  }
  return {
    added: [...second].filter(([name]) => !first.has(name)).map(entryOf),
    removed: [...first].filter(([name]) => !second.has(name)).map(entryOf),
    changed,
  };
}
