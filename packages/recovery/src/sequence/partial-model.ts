import type { Feeds } from '@onnx-compress/core';
import { type Dim, executionOrder, type Model, type Node, present, type Tensor } from '@onnx-compress/graph';
import { valuesRead } from './changed-values.js';

/** Some nodes of the main graph with all that compute something from them. */
export function nodesBehind({ graph }: Model, nodes: Iterable<Node>): ReadonlySet<Node> {
  const behind = new Set(nodes);
  for (const node of executionOrder(graph)) {
    for (const { producer } of valuesRead(node)) if (producer !== undefined && behind.has(producer)) behind.add(node);
  }
  return behind;
}

/** The nodes of the main graph that some values are computed by. */
export function nodesBefore({ graph }: Model, names: readonly string[]): ReadonlySet<Node> {
  const nodes = new Set<Node>();
  const pending = names.flatMap((name) => graph.value(name)?.producer ?? []);
  for (const node of pending) {
    if (nodes.has(node)) continue;
    nodes.add(node);
    for (const value of valuesRead(node)) if (value.graph === graph && value.producer) pending.push(value.producer);
  }
  return nodes;
}

/** Names of what nodes of the main graph read of its inputs and of other nodes. */
export function valuesBefore(nodes: ReadonlySet<Node>): readonly string[] {
  const names = new Set<string>();
  for (const node of nodes) {
    for (const { name, graph, producer, definition } of valuesRead(node)) {
      const isComputed = producer !== undefined && producer.constant === undefined && !nodes.has(producer);
      if (graph === node.graph && (isComputed || definition?.kind === 'input')) names.add(name);
    }
  }
  return [...names];
}

/** Takes out all other nodes of the main graph, and the inputs that nothing reads then. */
export function keepOnly({ graph }: Model, nodes: ReadonlySet<Node>): void {
  const others = executionOrder(graph).filter((node) => !nodes.has(node));
  graph.removeNodes(others.toReversed());
  for (const input of [...graph.inputs]) if (input.uses.length === 0) graph.removeInput(input);
}

/** The sizes of a value that are the same in all samples. */
function commonDims(tensors: readonly Tensor[]): readonly Dim[] {
  const [first] = tensors;
  return (first?.dims ?? []).map((size, axis) => (tensors.every(({ dims }) => dims[axis] === size) ? size : ''));
}

/**
 * Lets a model start behind some nodes: what these compute becomes its inputs.
 *
 * @param computed labels of the nodes
 * @param feeds what the other nodes read of them, and of the old inputs, for each sample
 */
export function startAt(model: Model, computed: ReadonlySet<string>, feeds: readonly Feeds[]): void {
  const { graph } = model;
  const stays = (node: Node) => !computed.has(node.label) || node.constant !== undefined;
  graph.setOutputs(graph.outputs.filter(({ producer }) => producer !== undefined && stays(producer)));
  for (const name of feeds[0]?.keys() ?? []) {
    const value = present(graph.value(name), name);
    const { producer, producerIndex } = value;
    if (producer === undefined) continue;
    const tensors = feeds.map((sample) => present(sample.get(name), name));
    producer.setOutput(producerIndex, graph.uniqueName(name));
    graph.addInput(name, { dataType: present(tensors[0], name).dataType, dims: commonDims(tensors) });
  }
  keepOnly(model, new Set(graph.nodes.filter(stays)));
}
