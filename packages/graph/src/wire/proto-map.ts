import type { onnx } from '#schema';
import { shallowCopy } from '../model/clone.js';

/** Gives the replacement of a tensor, or undefined to keep it. */
export type ReplaceTensor = (tensor: onnx.TensorProto) => onnx.TensorProto | undefined;

/** Replaces dense tensors of a model in its own lists; the tensors themselves are not changed. */
export function replaceTensors(model: onnx.ModelProto, replace: ReplaceTensor): void {
  if (model.graph) inGraph(model.graph, replace);
  for (const body of model.functions) for (const node of body.node) inNode(node, replace);
}

function inGraph(graph: onnx.GraphProto, replace: ReplaceTensor): void {
  graph.initializer = graph.initializer.map((tensor) => replace(tensor) ?? tensor);
  for (const node of graph.node) inNode(node, replace);
}

function inNode(node: onnx.NodeProto, replace: ReplaceTensor): void {
  node.attribute = node.attribute.map((attribute) => inAttribute(attribute, replace));
}

function inAttribute(attribute: onnx.AttributeProto, replace: ReplaceTensor): onnx.AttributeProto {
  if (attribute.g) inGraph(attribute.g, replace);
  for (const graph of attribute.graphs) inGraph(graph, replace);
  const next = attribute.t && replace(attribute.t);
  if (!next) return attribute;
  const copy = shallowCopy(attribute);
  copy.t = next;
  return copy;
}
