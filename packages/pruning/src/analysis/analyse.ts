import { executionOrder, type Graph, type Model, type Node, type ShapeTable, type Value } from '@onnx-compress/graph';
import { fixedAxis, fixedReason, isFree } from '../axes/axis.js';
import { type AnalysisOptions, Engine } from '../axes/engine.js';
import { operandType } from '../axes/rewrites.js';
import * as reasons from '../reasons.js';
import { bodyRuleFor } from '../rules/control-flow.js';
import { type Axes, Operation } from '../rules/operation.js';
import { ruleFor } from '../rules/table.js';
import { atSite } from '../sizes/size-entry.js';

/** Operators whose weights hold output channels; they are what a person asks to prune. */
const PRUNABLE = new Set([
  ...['Conv', 'ConvTranspose', 'DeformConv', 'Gemm', 'MatMul', 'LSTM', 'GRU', 'RNN', 'DynamicQuantizeLSTM'],
  ...['Attention', 'QAttention', 'FusedConv', 'FusedGemm', 'FusedMatMul'],
  ...['ConvInteger', 'QLinearConv', 'MatMulInteger', 'QLinearMatMul', 'QGemm', 'DynamicQuantizeMatMul'],
  ...['MatMulIntegerToFloat', 'MatMulNBits', 'MatMulBnb4'],
]);

/** What a visit needs besides the node. */
interface Visit {
  readonly engine: Engine;
  readonly opset: number;
}

function outputsOf(
  node: Node,
  operation: Operation,
  unknownRank: boolean,
  visit: Visit,
): readonly (Axes | undefined)[] {
  const bodies = bodyRuleFor(node, visit.opset);
  if (bodies !== undefined) return bodies(operation, (body, inputs) => followBody(visit, body, inputs));
  if (unknownRank) return operation.refuse(reasons.unknownRank(node));
  const rule = ruleFor(node);
  return rule === undefined ? operation.refuse(reasons.noRule(node)) : rule(operation);
}

/**
 * Keeps the numbers that the node computes with lengths of axes without its rule having followed them: scales such as
 * 1 / sqrt(d) stay as they are when d gets smaller. Where they are known they become constants, else the axes stay.
 */
function freezeUnread(engine: Engine, node: Node, operation: Operation): void {
  for (const index of node.inputs.keys()) {
    const computed = engine.sizes.computed(node.input(index));
    if (operation.hasRead(index) || computed.every(({ sources }) => sources.length === 0)) continue;
    const input = node.input(index);
    const writable = input !== undefined && operandType(engine.types.get(input)?.dataType) !== undefined;
    const entries = writable ? engine.sizes.of(input) : undefined;
    if (entries?.every(({ value }) => value !== undefined)) engine.rewrites.keep(atSite(entries, node, index));
    else for (const entry of computed) engine.freeze(entry, reasons.sizeIsRead(node));
  }
}

/** Keeps the lengths that leave the graph as numbers. */
function freezeOutputs(engine: Engine, node: Node): void {
  for (const [index] of node.outputs.entries()) {
    const output = node.output(index);
    if (output?.graph.kind !== 'main' || !output.isOutput) continue;
    for (const entry of engine.sizes.computed(output)) engine.freeze(entry, reasons.graphOutput(output.name));
  }
}

/** The axes of an input of a body, with lengths that shape inference knows although what is fed does not tell them. */
function withSizes(engine: Engine, input: Value, axes: Axes | undefined): Axes | undefined {
  const dims = engine.types.get(input)?.dims;
  return axes?.map((axis, index) => {
    const dim = dims?.[index];
    return isFree(axis) || typeof dim !== 'number' ? axis : fixedAxis(dim, fixedReason(axis));
  });
}

/** Goes through the nodes of a body; lengths that leave it are kept as numbers. */
function followBody(visit: Visit, body: Graph, inputs: readonly (Axes | undefined)[]): readonly (Axes | undefined)[] {
  const { engine } = visit;
  engine.bodies.add(body);
  for (const [index, input] of body.inputs.entries()) {
    engine.define(input, withSizes(engine, input, known(engine, input, inputs[index])));
  }
  visitNodes(visit, body);
  for (const output of body.outputs) {
    for (const entry of engine.sizes.computed(output)) engine.freeze(entry, reasons.leavesBody(output.name));
  }
  return body.outputs.map((output) => engine.axesOf(output));
}

/** Pins what a body that no rule goes through reads, its own values among it. */
function pinCaptured(engine: Engine, body: Graph): void {
  const pin = (value: Value) => {
    for (const axis of engine.axesOf(value) ?? []) engine.dependencies.pin(axis, reasons.captured(value.name));
    for (const entry of engine.sizes.computed(value)) engine.freeze(entry, reasons.captured(value.name));
  };
  for (const output of body.outputs) pin(output);
  for (const node of body.nodes) {
    for (const value of node.inputs.flatMap((_, index) => node.input(index) ?? [])) pin(value);
    for (const { graph } of node.subgraphs()) pinCaptured(engine, graph);
  }
}

function visitNode(visit: Visit, node: Node): void {
  const { engine, opset } = visit;
  const values = node.inputs.map((_, index) => node.input(index));
  const inputs = values.map((_, index) => engine.axesAt(node, index));
  const unknownRank = values.some((value, index) => value !== undefined && inputs[index] === undefined);
  const operation = new Operation(node, opset, inputs, engine);
  engine.dependencies.splits.enter(node);
  const outputs = outputsOf(node, operation, unknownRank, visit);
  if (operation.refusal !== undefined && PRUNABLE.has(node.opType)) engine.unprunable.set(node, operation.refusal);
  if (!engine.sizes.propagate(node, inputs[0])) freezeUnread(engine, node, operation);
  freezeOutputs(engine, node);
  for (const { graph } of node.subgraphs()) if (!engine.bodies.has(graph)) pinCaptured(engine, graph);
  for (const [index, axes] of outputs.entries()) {
    const output = node.output(index);
    if (output !== undefined) engine.define(output, known(engine, output, axes));
  }
}

function visitNodes(visit: Visit, graph: Graph): void {
  for (const node of executionOrder(graph)) if (node.opType !== 'Constant') visitNode(visit, node);
}

/** Axes of a value; none where neither the rule nor shape inference knows its rank. */
function known(engine: Engine, value: Value, axes: Axes | undefined): Axes | undefined {
  const dims = engine.types.get(value)?.dims;
  if (axes === undefined || (axes.length === 0 && dims === undefined && value.producer !== undefined)) return undefined;
  return dims === undefined || dims.length === axes.length ? axes : undefined;
}

function noteHidden(engine: Engine, graph: Graph): void {
  if (graph.kind === 'main' || engine.bodies.has(graph)) return;
  const reason =
    graph.owner === undefined ? reasons.insideFunction(graph.name) : reasons.insideSubgraph(graph.owner.node.label);
  for (const node of graph.nodes) if (PRUNABLE.has(node.opType)) engine.unprunable.set(node, reason);
}

/**
 * Finds out which axis positions of a model depend on each other, in the bodies of If, Loop and Scan too. Function
 * bodies, and those of operators without a rule, are left alone; what they capture is pinned.
 *
 * @param types shapes of the model's values, with symbolic dimensions left symbolic.
 */
export function analyse(model: Model, types: ShapeTable, options: AnalysisOptions = {}): Engine {
  const engine = new Engine(types, options);
  visitNodes({ engine, opset: model.opset() ?? 1 }, model.graph);
  for (const graph of model.walk()) noteHidden(engine, graph);
  return engine;
}
