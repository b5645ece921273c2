import type { onnx } from '#schema';

/** A new message with the same fields, unknown ones included; nested messages are shared. */
export function shallowCopy<T extends object>(message: T): T {
  const copy: T = Object.create(Object.getPrototypeOf(message));
  return Object.assign(copy, message);
}

/** Called for every node that is copied, with its original. */
export type OnNodeCopied = (original: onnx.NodeProto, copy: onnx.NodeProto) => void;

/**
 * Copies what edits change (graphs, nodes and their lists) and shares what they replace as a whole: tensors,
 * attributes without graphs, value types. Cost and memory follow the number of nodes, not of weights.
 */
export function cloneModelProto(model: onnx.ModelProto, onNode: OnNodeCopied): onnx.ModelProto {
  const copy = shallowCopy(model);
  if (model.graph) copy.graph = cloneGraph(model.graph, onNode);
  copy.functions = model.functions.map((body) => {
    const clone = shallowCopy(body);
    clone.node = body.node.map((node) => cloneNode(node, onNode));
    clone.input = [...body.input];
    clone.output = [...body.output];
    clone.opsetImport = [...body.opsetImport];
    return clone;
  });
  copy.opsetImport = [...model.opsetImport];
  return copy;
}

function cloneGraph(graph: onnx.GraphProto, onNode: OnNodeCopied): onnx.GraphProto {
  const copy = shallowCopy(graph);
  copy.node = graph.node.map((node) => cloneNode(node, onNode));
  copy.initializer = [...graph.initializer];
  copy.sparseInitializer = [...graph.sparseInitializer];
  copy.input = [...graph.input];
  copy.output = [...graph.output];
  copy.valueInfo = [...graph.valueInfo];
  return copy;
}

function cloneNode(node: onnx.NodeProto, onNode: OnNodeCopied): onnx.NodeProto {
  const copy = shallowCopy(node);
  copy.input = [...node.input];
  copy.output = [...node.output];
  copy.attribute = node.attribute.map((attribute) => cloneAttribute(attribute, onNode));
  onNode(node, copy);
  return copy;
}

function cloneAttribute(attribute: onnx.AttributeProto, onNode: OnNodeCopied): onnx.AttributeProto {
  if (!attribute.g && attribute.graphs.length === 0) return attribute;
  const copy = shallowCopy(attribute);
  if (attribute.g) copy.g = cloneGraph(attribute.g, onNode);
  copy.graphs = attribute.graphs.map((graph) => cloneGraph(graph, onNode));
  return copy;
}
