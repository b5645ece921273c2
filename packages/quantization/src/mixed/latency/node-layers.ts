import type { Model, Node } from '@onnx-compress/graph';

/** The layer that each node stands for, by its label; nodes in front of all layers are missing. */
export type NodeLayers = ReadonlyMap<Node, string>;

/** The layer that nodes behind it belong to: that of the first input that any layer computes. */
function layerBehind(node: Node, found: NodeLayers): string | undefined {
  for (const index of node.inputs.keys()) {
    const producer = node.input(index)?.producer;
    const layer = producer && found.get(producer);
    if (layer !== undefined) return layer;
  }
  return undefined;
}

/** The layer that new nodes in front of it serve, such as those that make integers of its inputs. */
function layerAhead(node: Node, found: NodeLayers): string | undefined {
  for (const index of node.outputs.keys()) {
    for (const use of node.output(index)?.uses ?? []) {
      const layer = use.kind === 'input' ? found.get(use.node) : undefined;
      if (layer !== undefined) return layer;
    }
  }
  return undefined;
}

/**
 * Gives each node of a copy to the layer that its time depends on: a layer to itself, what a format put in front of a layer
 * to that, and all others to the layer that they follow.
 *
 * @param layers labels of the layers
 * @param original labels of all nodes of the original
 */
export function nodeLayers(copy: Model, layers: ReadonlySet<string>, original: ReadonlySet<string>): NodeLayers {
  const nodes = [...copy.nodes()];
  const found = new Map(nodes.flatMap((node) => (layers.has(node.label) ? [[node, node.label] as const] : [])));
  for (const node of nodes.toReversed()) {
    const layer = original.has(node.label) || found.has(node) ? undefined : layerAhead(node, found);
    if (layer !== undefined) found.set(node, layer);
  }
  for (const node of nodes) {
    const layer = found.get(node) ?? layerBehind(node, found);
    if (layer !== undefined) found.set(node, layer);
  }
  return found;
}
