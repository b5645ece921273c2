import type { Graph } from './graph.js';
import type { Node } from './node.js';

/**
 * The nodes of a scope, each behind those whose outputs it reads. Files may hold nodes in any order, which onnxruntime
 * accepts, so an analysis that goes from inputs to outputs must ask for this one. Nodes of a cycle, and what depends on
 * them, are left out.
 */
export function executionOrder(graph: Graph): readonly Node[] {
  if (graph.firstUnsorted() === undefined) return graph.nodes;
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

function producersOf(graph: Graph, node: Node): ReadonlySet<Node> {
  const producers = new Set<Node>();
  for (const [index] of node.inputs.entries()) {
    const producer = node.input(index)?.producer;
    if (producer?.graph === graph) producers.add(producer);
  }
  return producers;
}

function consumersOf(graph: Graph, node: Node): ReadonlySet<Node> {
  const consumers = new Set<Node>();
  for (const [index] of node.outputs.entries()) {
    for (const use of node.output(index)?.uses ?? []) {
      if (use.kind === 'input' && use.node.graph === graph) consumers.add(use.node);
    }
  }
  return consumers;
}
