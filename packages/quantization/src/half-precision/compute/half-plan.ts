import { matchNodes, type NodeSelection, type Skip } from '@onnx-compress/core';
import {
  type Graph,
  type Model,
  type Node,
  type ShapeTable,
  type Value,
  type Weight,
  weightBehind,
} from '@onnx-compress/graph';
import { alreadyQuantized } from '../../messages.js';
import { isQuantized } from '../float-weights.js';
import { notComputedInHalf, typesUnknown, underRoot } from '../reasons.js';
import { type HalfOperator, halfOperator, readsShape } from './half-operators.js';
import { independentNodes } from './input-dependence.js';
import { radicandNodes } from './radicands.js';

/** What a model computes in float16. */
export interface HalfPlan {
  /** The nodes that do, and how. */
  readonly nodes: ReadonlyMap<Node, HalfOperator>;
  /** Nodes with floats that stay float32, and why. */
  readonly skipped: readonly Skip[];
}

/** A Cast to float32 that becomes one to float16. */
const CAST: HalfOperator = { float32Inputs: [], float32Outputs: [], since: 1 };

/** Types that hold numbers beyond the range of float16; what is cast from them stays float32 up to its readers. */
const WIDE: ReadonlySet<string | undefined> = new Set(['int32', 'int64', 'uint32', 'uint64', 'float64', undefined]);

/** Says why float16 cannot hold a constant of a node; undefined where it can. */
export type Misfit = (weight: Weight, reader: Node) => Promise<string | undefined>;

/** Decides node by node; bodies of If, Loop and Scan are decided like the rest, their borders stay float32. */
export async function planHalf(
  model: Model,
  table: ShapeTable,
  selection: NodeSelection,
  misfit: Misfit,
): Promise<HalfPlan> {
  const selected = matchNodes(selection);
  const independent = independentNodes(model);
  const radicands = radicandNodes(model);
  const nodes = new Map<Node, HalfOperator>();
  const skipped: Skip[] = [];
  for (const node of model.nodes()) {
    if (independent.has(node) || !selected(node.label) || !isTyped(node)) continue;
    const decision = radicands.has(node) ? underRoot() : await decide(node, table, model.opset() ?? 0, misfit);
    if (typeof decision === 'string') skipped.push({ node: node.label, reason: decision });
    else if (decision !== undefined) nodes.set(node, decision);
  }
  return { nodes, skipped };
}

/** False for nodes with bodies, which pass values on, and for bodies of functions, of which no types are known. */
function isTyped(node: Node): boolean {
  let { graph }: { graph: Graph } = node;
  while (graph.owner) graph = graph.owner.node.graph;
  return graph.kind !== 'function' && node.subgraphs().length === 0;
}

/** How a node computes in float16, or why it does not; undefined for nodes without float32 values. */
async function decide(
  node: Node,
  table: ShapeTable,
  opset: number,
  misfit: Misfit,
): Promise<HalfOperator | string | undefined> {
  const isFloat = (value: Value | undefined) => value !== undefined && table.get(value)?.dataType === 'float32';
  const values = valuesOf(node);
  if (node.opType === 'Cast' && node.domain === '') return castInHalf(node, table) ? CAST : undefined;
  if (values.some((value) => table.get(value)?.dataType === undefined)) return typesUnknown();
  if (!values.some(isFloat)) return undefined;
  const operator = halfOperator(node, opset);
  if (readsShape(node)) return undefined;
  if (isPartOfQuantized(node)) return alreadyQuantized();
  if (operator === undefined) return notComputedInHalf(node.opType);
  for (const [index] of node.inputs.entries()) {
    const weight = weightBehind(node.input(index));
    if (operator.float32Inputs.includes(index) || weight?.tensor.dataType !== 'float32') continue;
    const reason = await misfit(weight, node);
    if (reason !== undefined) return reason;
  }
  return operator;
}

function castInHalf(node: Node, table: ShapeTable): boolean {
  const [from, to] = [node.input(0), node.output(0)].map((value) => value && table.get(value)?.dataType);
  return to === 'float32' && !WIDE.has(from);
}

/** True for a node that belongs to a quantized layer, or computes one between floats that are quantized. */
function isPartOfQuantized(node: Node): boolean {
  const producers = node.inputs.flatMap((_, index) => node.input(index)?.producer ?? []);
  const readers = node.outputs.flatMap((_, index) => node.output(index)?.uses ?? []);
  return [node, ...producers].some(isQuantized) || readers.some((use) => use.kind === 'input' && quantizes(use.node));
}

function quantizes({ opType }: Node): boolean {
  return opType === 'QuantizeLinear' || opType === 'DynamicQuantizeLinear';
}

function valuesOf(node: Node): readonly Value[] {
  const inputs = node.inputs.flatMap((_, index) => node.input(index) ?? []);
  return [...inputs, ...node.outputs.flatMap((_, index) => node.output(index) ?? [])];
}
