import type { Node, Value, Weight } from '@onnx-compress/graph';
import { type ConstantRegion, inputsOf, outputsOf } from './foldable.js';

/** Connected constant nodes, folded together or not at all. */
export interface ConstantPart {
  /** In graph order. */
  readonly nodes: readonly Node[];
  readonly weights: ReadonlyMap<Value, Weight>;
  /** What other nodes read. */
  readonly results: readonly Value[];
}

/** Splits nodes into groups that pass values to each other. */
export function connectedParts(nodes: readonly Node[], region: ConstantRegion): readonly ConstantPart[] {
  const groupOf = new Map<Value, Set<Node>>();
  for (const node of nodes) {
    const group = new Set<Node>();
    for (const value of inputsOf(node)) for (const member of groupOf.get(value) ?? []) group.add(member);
    group.add(node);
    for (const member of group) for (const value of outputsOf(member)) groupOf.set(value, group);
  }
  return [...new Set(groupOf.values())].map((group) => partOf(group, nodes, region));
}

function partOf(group: ReadonlySet<Node>, order: readonly Node[], region: ConstantRegion): ConstantPart {
  const nodes = order.filter((node) => group.has(node));
  const weights = new Map<Value, Weight>();
  for (const value of nodes.flatMap(inputsOf)) {
    const weight = region.weights.get(value);
    if (weight) weights.set(value, weight);
  }
  return { nodes, weights, results: nodes.flatMap(outputsOf).filter((value) => !usedOnlyBy(value, group)) };
}

/** True when every reader of a value is in the group. */
export function usedOnlyBy(value: Value, group: ReadonlySet<Node>): boolean {
  return value.uses.every((use) => use.kind === 'input' && group.has(use.node));
}
