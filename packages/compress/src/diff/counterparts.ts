import type { Graph, Model, Value } from '@onnx-compress/graph';
import type { Counterparts } from './nodes.js';
import type { NodePair } from './pair-nodes.js';
import type { WeightPair } from './pair-weights.js';

/** Pairs inputs by name; what is left by position. */
function pairInputs(before: Graph, after: Graph): readonly (readonly [Value, Value])[] {
  const byName = new Map(after.inputs.map((value) => [value.name, value]));
  const known = new Set(before.inputs.map(({ name }) => name));
  const left = after.inputs.filter(({ name }) => !known.has(name));
  return before.inputs.flatMap((value): readonly (readonly [Value, Value])[] => {
    const other = byName.get(value.name) ?? left.shift();
    return other === undefined ? [] : [[value, other]];
  });
}

/** Which value of the second model stands for one of the first: inputs, outputs of paired nodes, paired weights. */
export function counterparts(
  before: Model,
  after: Model,
  nodes: readonly NodePair[],
  weights: readonly WeightPair[],
): Counterparts {
  const found = new Map<Value, Value>(pairInputs(before.graph, after.graph));
  for (const pair of nodes) {
    for (const index of pair.before.outputs.keys()) {
      const [first, second] = [pair.before.output(index), pair.after.output(index)];
      if (first && second) found.set(first, second);
    }
    for (const [index, { graph }] of pair.before.subgraphs().entries()) {
      const other = pair.after.subgraphs()[index]?.graph;
      for (const [first, second] of other ? pairInputs(graph, other) : []) found.set(first, second);
    }
  }
  for (const pair of weights) found.set(pair.before.value, pair.after.value);
  return found;
}
