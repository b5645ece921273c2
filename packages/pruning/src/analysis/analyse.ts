import { executionOrder, type Graph, type Model, type Node, type ShapeTable, type Value } from '@onnx-compress/graph';
import { Engine } from '../axes/engine.js';
import * as reasons from '../reasons.js';
import { type Axes, Operation } from '../rules/operation.js';
import { RULES } from '../rules/table.js';

/** Operators whose weights hold output channels; they are what a person asks to prune. */
const PRUNABLE = new Set(['Conv', 'ConvTranspose', 'Gemm', 'MatMul', 'LSTM', 'GRU', 'RNN']);

function outputsOf(node: Node, operation: Operation, unknownRank: boolean): readonly (Axes | undefined)[] {
  if (unknownRank) return operation.refuse(reasons.unknownRank(node));
  const rule = node.domain === '' || node.domain === 'ai.onnx' ? RULES.get(node.opType) : undefined;
  return rule === undefined ? operation.refuse(reasons.noRule(node)) : rule(operation);
}

/** Pins whatever the node computes with lengths of axes without its rule having followed them. */
function freezeUnread(engine: Engine, node: Node, operation: Operation): void {
  for (const index of node.inputs.keys()) {
    if (operation.hasRead(index)) continue;
    for (const entry of engine.sizes.computed(node.input(index))) engine.freeze(entry, reasons.sizeIsRead(node));
  }
}

function visit(engine: Engine, node: Node, opset: number): void {
  const values = node.inputs.map((_, index) => node.input(index));
  const inputs = values.map((_, index) => engine.axesAt(node, index));
  const unknownRank = values.some((value, index) => value !== undefined && inputs[index] === undefined);
  const operation = new Operation(node, opset, inputs, engine);
  const outputs = outputsOf(node, operation, unknownRank);
  if (operation.refusal !== undefined && PRUNABLE.has(node.opType)) engine.unprunable.set(node, operation.refusal);
  if (!engine.sizes.propagate(node, inputs[0])) freezeUnread(engine, node, operation);
  for (const [index, axes] of outputs.entries()) {
    const output = node.output(index);
    if (output !== undefined) engine.define(output, known(engine, output, axes));
  }
}

/** Axes of an output; none where neither the rule nor shape inference knows its rank. */
function known(engine: Engine, output: Value, axes: Axes | undefined): Axes | undefined {
  const dims = engine.types.get(output)?.dims;
  if (axes === undefined || (axes.length === 0 && dims === undefined)) return undefined;
  return dims === undefined || dims.length === axes.length ? axes : undefined;
}

function noteHidden(engine: Engine, graph: Graph): void {
  if (graph.kind === 'main') return;
  const reason =
    graph.owner === undefined ? reasons.insideFunction(graph.name) : reasons.insideSubgraph(graph.owner.node.label);
  for (const node of graph.nodes) if (PRUNABLE.has(node.opType)) engine.unprunable.set(node, reason);
}

/**
 * Finds out which axis positions of the main graph depend on each other. Subgraphs and function bodies are left alone;
 * what they capture is pinned.
 *
 * @param types shapes of the model's values, with symbolic dimensions left symbolic.
 */
export function analyse(model: Model, types: ShapeTable): Engine {
  const engine = new Engine(types);
  const opset = model.opset() ?? 1;
  for (const node of executionOrder(model.graph)) if (node.opType !== 'Constant') visit(engine, node, opset);
  for (const graph of model.walk()) noteHidden(engine, graph);
  return engine;
}
