import { onnx } from '#schema';
import { cloneModelProto } from '../model/clone.js';
import { protoOf } from '../model/encoded-tensor.js';
import type { Graph } from '../model/graph.js';
import { Model, NO_ORIGIN } from '../model/model.js';
import type { Node } from '../model/node.js';
import type { Value } from '../model/value.js';
import { type ValueType, valueInfo } from '../model/value-type.js';

/**
 * A subgraph as a model of its own: values that it captures from enclosing scopes become inputs, small captured
 * constants stay constants. Names are kept, so that what is learnt of the copy holds for the original.
 *
 * @param graph body of an If, Loop or Scan
 * @param typeOf what is known of a captured value
 */
export function liftSubgraph(graph: Graph, typeOf: (value: Value) => ValueType | undefined): Model | undefined {
  if (graph.body.kind !== 'subgraph') return undefined;
  const { proto: source } = graph.model;
  const shell = new onnx.ModelProto({ irVersion: source.irVersion, graph: graph.body.proto });
  shell.opsetImport = source.opsetImport;
  shell.functions = source.functions;
  const proto = cloneModelProto(shell, () => {});
  for (const value of capturedValues(graph)) {
    const tensor = value.weight?.tensor;
    if (tensor?.inline) proto.graph?.initializer.push(protoOf(tensor, value.name));
    else proto.graph?.input.push(valueInfo(value.name, typeOf(value) ?? {}));
  }
  return new Model(proto, NO_ORIGIN);
}

/** The values of enclosing scopes that a subgraph, or one nested in it, reads. */
function capturedValues(graph: Graph): ReadonlySet<Value> {
  const inside = new Set<Graph>();
  const captured = new Set<Value>();
  const visit = (scope: Graph): void => {
    inside.add(scope);
    for (const value of scope.outputs) captured.add(value);
    for (const node of scope.nodes) visitNode(node);
  };
  const visitNode = (node: Node): void => {
    for (const [index] of node.inputs.entries()) {
      const value = node.input(index);
      if (value) captured.add(value);
    }
    for (const subgraph of node.subgraphs()) visit(subgraph.graph);
  };
  visit(graph);
  for (const value of captured) if (inside.has(value.graph)) captured.delete(value);
  return captured;
}
