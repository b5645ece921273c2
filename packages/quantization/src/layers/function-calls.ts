import type { Graph, Node } from '@onnx-compress/graph';
import type { WeightSlot } from './layer.js';

/** Says what a constant at an input of a node is; undefined: not a weight. */
type SlotOf = (node: Node, index: number, rank: number) => WeightSlot | undefined;

/** Calls within calls are followed this deep. */
const DEEPEST_CALL = 16;

/**
 * What a constant is that a node passes to a model-local function: what all nodes in the function that read it say of
 * it. The call reads it, so it is restored in front of the call.
 */
export function slotOfCall(node: Node, index: number, rank: number, slotOf: SlotOf, depth = 0): WeightSlot | undefined {
  const parameter = calledBy(node)?.inputs[index];
  if (parameter === undefined || depth > DEEPEST_CALL || parameter.uses.length === 0) return undefined;
  const slots = parameter.uses.map((use) => {
    if (use.kind === 'output') return undefined;
    return slotOf(use.node, use.index, rank) ?? slotOfCall(use.node, use.index, rank, slotOf, depth + 1);
  });
  const [first] = slots;
  if (!slots.every((slot) => slot !== undefined)) return undefined;
  const agree = slots.every((slot) => slot?.channelAxis === first?.channelAxis);
  return { channelAxis: agree ? first?.channelAxis : undefined, use: { kind: 'other' } };
}

/** The model-local function that a node calls; undefined for operators, and where several overloads have its name. */
function calledBy({ domain, opType, graph: { model } }: Node): Graph | undefined {
  if (domain === '' || model.functions.length === 0) return undefined;
  const { functions } = model.proto;
  const called = model.functions.filter((_, index) => {
    const body = functions[index];
    return body?.name === opType && body.domain === domain;
  });
  return called.length === 1 ? called[0] : undefined;
}

/** True for nodes of a model-local function, those in its subgraphs too. */
export function inFunction({ kind, owner }: Graph): boolean {
  return kind === 'function' || (owner !== undefined && inFunction(owner.node.graph));
}
