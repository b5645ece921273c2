import { type Model, type Node, present } from '@onnx-compress/graph';

/** A copy of a model whose node names tell which node of the original each one is. */
export interface MarkedModel {
  readonly model: Model;
  /** The node of the original that a name of onnxruntime's goes back to, by the marker in it. */
  original(name: string): Node | undefined;
}

type NodeProtos = Model['proto']['functions'][number]['node'];

/**
 * Gives every node, in subgraphs and functions too, a name of its own that is still found in the names that
 * onnxruntime makes of it, such as `fused <name>` or `<name>/MatMulAddFusion`. Only the copy is renamed.
 */
export function markNodes(original: Model): MarkedModel {
  const model = original.clone();
  const prefix = unusedPrefix(model);
  const marked: Node[] = [];
  const mark = (nodes: readonly Node[], protos: NodeProtos): void => {
    for (const [index, node] of nodes.entries()) {
      const proto = present(protos[index], 'message of a node');
      proto.name = `${prefix}${marked.push(node) - 1}_`;
      const bodies = proto.attribute.flatMap(({ g, graphs }) => (g ? [g, ...graphs] : graphs));
      for (const [position, { graph }] of node.subgraphs().entries()) {
        mark(graph.nodes, present(bodies[position], 'message of a subgraph').node);
      }
    }
  };
  mark(original.graph.nodes, present(model.proto.graph, 'graph').node);
  for (const [index, { nodes }] of original.functions.entries()) {
    mark(nodes, present(model.proto.functions[index], 'message of a function').node);
  }
  const marker = new RegExp(`${prefix}(\\d+)_`);
  return { model, original: (name) => marked[Number(marker.exec(name)?.[1])] };
}

/** onnxruntime names some nodes after values, so no name of a value may hold the marker. */
function unusedPrefix(model: Model): string {
  const names = [...model.walk()].flatMap((graph) => Array.from(graph.values(), ({ name }) => name));
  for (let attempt = 0; ; attempt++) {
    const prefix = `profiled${attempt}_`;
    if (!names.some((name) => name.includes(prefix))) return prefix;
  }
}
