import type { onnx } from '#schema';

/** Every TensorProto of a model: initializers, sparse parts, attributes, subgraphs, functions, training graphs. */
export function* tensorProtos(model: onnx.ModelProto): Generator<onnx.TensorProto> {
  if (model.graph) yield* ofGraph(model.graph);
  for (const body of model.functions) {
    for (const attribute of body.attributeProto) yield* ofAttribute(attribute);
    for (const node of body.node) yield* ofNode(node);
  }
  for (const training of model.trainingInfo) {
    if (training.initialization) yield* ofGraph(training.initialization);
    if (training.algorithm) yield* ofGraph(training.algorithm);
  }
}

function* ofGraph(graph: onnx.GraphProto): Generator<onnx.TensorProto> {
  yield* graph.initializer;
  for (const sparse of graph.sparseInitializer) yield* ofSparse(sparse);
  for (const node of graph.node) yield* ofNode(node);
}

function* ofNode(node: onnx.NodeProto): Generator<onnx.TensorProto> {
  for (const attribute of node.attribute) yield* ofAttribute(attribute);
}

function* ofAttribute(attribute: onnx.AttributeProto): Generator<onnx.TensorProto> {
  if (attribute.t) yield attribute.t;
  yield* attribute.tensors;
  if (attribute.g) yield* ofGraph(attribute.g);
  for (const graph of attribute.graphs) yield* ofGraph(graph);
  if (attribute.sparseTensor) yield* ofSparse(attribute.sparseTensor);
  for (const sparse of attribute.sparseTensors) yield* ofSparse(sparse);
}

function* ofSparse(sparse: onnx.SparseTensorProto): Generator<onnx.TensorProto> {
  if (sparse.values) yield sparse.values;
  if (sparse.indices) yield sparse.indices;
}

/** Every NodeProto of a model, in file order, each before those of its subgraphs. */
export function* nodeProtos(model: onnx.ModelProto): Generator<onnx.NodeProto> {
  if (model.graph) yield* nested(model.graph.node);
  for (const body of model.functions) yield* nested(body.node);
}

function* nested(nodes: readonly onnx.NodeProto[]): Generator<onnx.NodeProto> {
  for (const node of nodes) {
    yield node;
    for (const { g, graphs } of node.attribute) {
      if (g) yield* nested(g.node);
      for (const graph of graphs) yield* nested(graph.node);
    }
  }
}
