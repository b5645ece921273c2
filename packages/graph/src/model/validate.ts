import { EncodedTensor } from './encoded-tensor.js';
import type { Graph } from './graph.js';
import type { Model } from './model.js';
import type { Node } from './node.js';
import type { Value } from './value.js';
import type { Weight } from './weight.js';

/** What is wrong with a model, one line each: names, definitions, order, weight sizes, imported domains. */
export function problemsOf(model: Model): readonly string[] {
  return [...model.walk()].flatMap((graph) => [
    ...graph.duplicates.map((name) => `"${name}" is defined more than once`),
    ...[...graph.values()].flatMap(danglingProblem),
    ...[...graph.weights()].flatMap(weightProblem),
    ...orderProblem(graph),
    ...domainProblems(model, graph),
  ]);
}

function danglingProblem(value: Value): readonly string[] {
  const [use] = value.uses;
  if (value.definition || !use) return [];
  const reader = use.kind === 'input' ? `node "${use.node.label}"` : 'a graph output';
  return [`${reader} reads "${value.name}", which nothing defines`];
}

/** The problem of a weight whose stored bytes do not fit its shape and type. */
export function weightProblem({ name, tensor }: Weight): readonly string[] {
  if (!(tensor instanceof EncodedTensor) || tensor.storedLength === tensor.byteLength) return [];
  const shape = `${tensor.dataType}[${tensor.dims.join(', ')}]`;
  return [`weight "${name}" is ${shape} (${tensor.byteLength} bytes) but holds ${tensor.storedLength} bytes`];
}

function orderProblem(graph: Graph): readonly string[] {
  const cycle = graph.sortedAtRead ? undefined : cycleOf(graph);
  if (cycle) return [`the graph has a cycle through node "${cycle.label}"`];
  const unsorted = graph.sortedAtRead ? graph.firstUnsorted() : undefined;
  return unsorted ? [`node "${unsorted.label}" stands before a node whose output it reads`] : [];
}

/** A node that depends on its own output within this scope, found by repeatedly taking nodes that wait for nothing. */
function cycleOf(graph: Graph): Node | undefined {
  const waitsFor = new Map(graph.nodes.map((node) => [node, localProducers(graph, node).size]));
  const ready = graph.nodes.filter((node) => waitsFor.get(node) === 0);
  for (let node = ready.pop(); node; node = ready.pop()) {
    waitsFor.delete(node);
    for (const consumer of localConsumers(graph, node)) {
      const left = (waitsFor.get(consumer) ?? 0) - 1;
      waitsFor.set(consumer, left);
      if (left === 0) ready.push(consumer);
    }
  }
  return waitsFor.keys().next().value;
}

function localProducers(graph: Graph, node: Node): ReadonlySet<Node> {
  const producers = new Set<Node>();
  for (const [index] of node.inputs.entries()) {
    const producer = node.input(index)?.producer;
    if (producer?.graph === graph) producers.add(producer);
  }
  return producers;
}

function localConsumers(graph: Graph, node: Node): ReadonlySet<Node> {
  const consumers = new Set<Node>();
  for (const [index] of node.outputs.entries()) {
    for (const use of node.output(index)?.uses ?? []) {
      if (use.kind === 'input' && use.node.graph === graph) consumers.add(use.node);
    }
  }
  return consumers;
}

function domainProblems(model: Model, graph: Graph): readonly string[] {
  if (graph.kind === 'function' || model.functions.length > 0) return [];
  const missing = new Set(graph.nodes.map((node) => node.domain).filter((domain) => model.opset(domain) === undefined));
  return [...missing].map((domain) => `operator domain "${domain}" is used but not imported`);
}
