import type { Graph } from './graph.js';
import type { Node } from './node.js';
import type { Use, Value } from './value.js';

/**
 * The nodes of a scope, each behind those whose outputs it reads, be it inside a subgraph. Files may hold nodes in any
 * order, which onnxruntime accepts, so an analysis that goes from inputs to outputs must ask for this one. Nodes of a
 * cycle, and what depends on them, are left out.
 */
export function executionOrder(graph: Graph): readonly Node[] {
  if (isSorted(graph)) return graph.nodes;
  const waitsFor = new Map(graph.nodes.map((node) => [node, producersOf(graph, node).size]));
  const ready = graph.nodes.filter((node) => waitsFor.get(node) === 0).reverse();
  const ordered: Node[] = [];
  for (let node = ready.pop(); node; node = ready.pop()) {
    ordered.push(node);
    for (const consumer of consumersOf(graph, node)) {
      const left = (waitsFor.get(consumer) ?? 0) - 1;
      waitsFor.set(consumer, left);
      if (left === 0) ready.push(consumer);
    }
  }
  return ordered;
}

function isSorted(graph: Graph): boolean {
  const waiting = new Set(graph.nodes);
  return graph.nodes.every((node) => {
    const sorted = ![...readBy(node)].some(({ producer }) => producer !== undefined && waiting.has(producer));
    waiting.delete(node);
    return sorted;
  });
}

/** The values that a node reads, and those that its subgraphs do. */
function* readBy(node: Node): Iterable<Value> {
  for (const index of node.inputs.keys()) {
    const value = node.input(index);
    if (value !== undefined) yield value;
  }
  for (const { graph } of node.subgraphs()) {
    yield* graph.outputs;
    for (const inner of graph.nodes) yield* readBy(inner);
  }
}

function producersOf(graph: Graph, node: Node): ReadonlySet<Node> {
  const producers = new Set<Node>();
  for (const { producer } of readBy(node)) if (producer?.graph === graph) producers.add(producer);
  return producers;
}

/** The node of a scope that a use belongs to, itself or in a subgraph. */
function readerIn(graph: Graph, use: Use): Node | undefined {
  let node = use.kind === 'input' ? use.node : use.graph.owner?.node;
  while (node !== undefined && node.graph !== graph) node = node.graph.owner?.node;
  return node;
}

function consumersOf(graph: Graph, node: Node): ReadonlySet<Node> {
  const consumers = new Set<Node>();
  for (const index of node.outputs.keys()) {
    for (const use of node.output(index)?.uses ?? []) {
      const reader = readerIn(graph, use);
      if (reader !== undefined) consumers.add(reader);
    }
  }
  return consumers;
}
