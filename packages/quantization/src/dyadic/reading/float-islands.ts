import { type Node, weightBehind } from '@onnx-compress/graph';
import type { Site } from './site.js';

/** Operators at which floats end: they become integers, or only their shape is read. */
const ENDS: ReadonlySet<string> = new Set(['DequantizeLinear', 'QuantizeLinear', 'Shape', 'Size']);

/**
 * The nodes that compute floats from integers, to be integers again: what lies between sites and is none.
 *
 * @param order all nodes of the graph, in execution order
 */
export function floatIslands(order: readonly Node[], sites: readonly Site[]): readonly Node[] {
  const taken = new Set(sites.flatMap(membersOf));
  const floats = order.filter((node) => !taken.has(node) && !ENDS.has(node.opType));
  const behind = new Set<Node>(order.filter(isFromIntegers));
  for (const site of sites) if (site.kind === 'layer' && !site.result) behind.add(site.biasNode ?? site.node);
  for (const node of floats) if (producersOf(node).some((one) => behind.has(one))) behind.add(node);
  const before = new Set<Node>(order.filter(({ opType }) => opType === 'QuantizeLinear'));
  for (const node of floats.toReversed()) if (readersOf(node).some((one) => before.has(one))) before.add(node);
  return floats.filter((node) => behind.has(node) && before.has(node));
}

/** The operators of a site, with those that its integers replace. */
export function membersOf(site: Site): readonly Node[] {
  switch (site.kind) {
    case 'layer':
      return [site.node, ...(site.biasNode ? [site.biasNode] : []), ...(site.result?.folded ?? [])];
    case 'move':
      return [site.node, ...site.results.flatMap(({ folded }) => folded)];
    case 'function':
      return [...site.nodes, ...site.result.folded];
    default:
      return [site.node, ...site.result.folded];
  }
}

/** Constants are dequantized too, and are no part of what integers pass through. */
function isFromIntegers(node: Node): boolean {
  return node.opType === 'DequantizeLinear' && weightBehind(node.input(0)) === undefined;
}

function producersOf(node: Node): readonly Node[] {
  return node.inputs.flatMap((_, index) => node.input(index)?.producer ?? []);
}

function readersOf(node: Node): readonly Node[] {
  const uses = node.outputs.flatMap((_, index) => node.output(index)?.uses ?? []);
  return uses.flatMap((use) => (use.kind === 'input' ? [use.node] : []));
}
