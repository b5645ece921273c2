import type { onnx } from '#schema';
import type { Graph } from '../model/graph.js';
import { typeOf, valueInfo } from '../model/value-type.js';

/**
 * Writes other lengths into the shape that a subgraph declares of one of its inputs or outputs; where it declares none,
 * nothing changes. The signature of a model is not changed so.
 *
 * @param sizes new lengths by axis
 */
export function redeclare(graph: Graph, name: string, sizes: ReadonlyMap<number, number>): void {
  const { body } = graph;
  if (body.kind !== 'subgraph') return;
  const next = (info: onnx.ValueInfoProto): onnx.ValueInfoProto => {
    const type = typeOf(info);
    if (info.name !== name || type.dims === undefined) return info;
    return valueInfo(name, { ...type, dims: type.dims.map((dim, axis) => sizes.get(axis) ?? dim) });
  };
  body.proto.input = body.proto.input.map(next);
  body.proto.output = body.proto.output.map(next);
  graph.dropDeclared(() => false);
}
