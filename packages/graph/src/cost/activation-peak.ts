import { executionOrder } from '../model/execution-order.js';
import type { Graph } from '../model/graph.js';
import type { Node } from '../model/node.js';
import type { Value } from '../model/value.js';
import type { ShapeTable } from '../shapes/shape-table.js';
import { bitsOf, type DataType } from '../tensor/data-type.js';
import { elementCount } from '../tensor/element-count.js';
import { dimsReader } from './known-dims.js';

/**
 * Bytes of the inputs and intermediate values of a graph that are alive together at the worst moment, when each value
 * lives from the node that makes it to the last that reads it; undefined where a shape is unknown. Values inside
 * bodies are not counted; a type that nothing declares is taken as float32.
 */
export function activationPeak(graph: Graph, shapes: ShapeTable): number | undefined {
  const bytesOf = sizes(shapes);
  const order = executionOrder(graph).filter(({ constant }) => !constant);
  const lastRead = lastReads(order);
  let live = 0;
  for (const input of graph.inputs) live += bytesOf(input) ?? Number.NaN;
  let peak = live;
  for (const node of order) {
    const outputs = outputsOf(node);
    for (const output of outputs) live += bytesOf(output) ?? Number.NaN;
    peak = Math.max(peak, live);
    for (const value of lastRead.get(node) ?? []) if (!value.isOutput) live -= bytesOf(value) ?? 0;
    for (const output of outputs) if (output.uses.length === 0) live -= bytesOf(output) ?? 0;
  }
  return Number.isNaN(peak) ? undefined : peak;
}

function outputsOf(node: Node): readonly Value[] {
  return node.outputs.flatMap((_, index) => node.output(index) ?? []);
}

/** Which values of the graph each node is the last to read, also for its bodies. */
function lastReads(order: readonly Node[]): ReadonlyMap<Node, readonly Value[]> {
  const last = new Map<Value, Node>();
  for (const node of order) for (const value of readBy(node)) if (!value.weight) last.set(value, node);
  const byNode = new Map<Node, Value[]>();
  for (const [value, node] of last) byNode.set(node, [...(byNode.get(node) ?? []), value]);
  return byNode;
}

function* readBy(node: Node): Generator<Value> {
  for (const index of node.inputs.keys()) {
    const value = node.input(index);
    if (value) yield value;
  }
  for (const { graph } of node.subgraphs()) {
    for (const inner of graph.nodes) for (const value of readBy(inner)) if (value.graph !== graph) yield value;
  }
}

function sizes(shapes: ShapeTable): (value: Value) => number | undefined {
  const dimsOf = dimsReader(shapes);
  return (value) => {
    const dims = dimsOf(value);
    return dims && (elementCount(dims) * widthOf(shapes.get(value)?.dataType ?? value.declared?.dataType)) / 8;
  };
}

function widthOf(dataType: DataType | undefined): number {
  return dataType === undefined || dataType === 'string' ? 32 : bitsOf(dataType);
}
