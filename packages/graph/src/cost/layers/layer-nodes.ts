import { executionOrder } from '../../model/execution-order.js';
import type { Graph } from '../../model/graph.js';
import type { Model } from '../../model/model.js';
import type { Node } from '../../model/node.js';
import type { Value } from '../../model/value.js';
import { slotRole } from '../constants/slots.js';
import { macRuleOf } from '../mac-rules.js';

/** Which nodes make up one layer with the node that multiplies or picks rows, its head. */
export interface LayerNodes {
  /** The head of the layer that a node is part of; the node itself where it stands alone. */
  headOf(node: Node): Node;
  /** Whether the node adds the bias of its layer. */
  addsBias(node: Node): boolean;
  /** Whether the node multiplies integers by their scale. */
  scales(node: Node): boolean;
}

/** Operators between a product and the Add of its bias. */
const CARRIERS: ReadonlySet<string> = new Set(['Cast', 'Identity', 'QuantizeLinear', 'DequantizeLinear']);

/** Products of integers, whose result a Cast and a Mul turn into floats. */
const INTEGER_PRODUCTS: ReadonlySet<string> = new Set(['MatMulInteger', 'ConvInteger']);

/** What may compute the scale of an integer product, next to a constant. */
const SCALE_OPERATORS: ReadonlySet<string> = new Set(['Mul', 'Gather', 'Unsqueeze', 'Reshape']);

/** Every node behind those it reads; the bodies of a node right behind it, functions at the end. */
export function* inExecutionOrder(model: Model): Generator<Node> {
  for (const graph of [model.graph, ...model.functions]) yield* ordered(graph);
}

function* ordered(graph: Graph): Generator<Node> {
  for (const node of executionOrder(graph)) {
    yield node;
    for (const body of node.subgraphs()) yield* ordered(body.graph);
  }
}

/**
 * Joins nodes to layers: a product with an Add of a constant directly behind it; a product of integers, or rows picked
 * from a table of integers, with the Cast and the Mul that make floats of them. Everything else stands alone.
 *
 * @param constant see `constantValues`
 */
export function layerNodes(model: Model, constant: ReadonlySet<Value>): LayerNodes {
  const heads = new Map<Node, Node>();
  const biases = new Set<Node>();
  const scales = new Set<Node>();
  const join = (head: Node, nodes: readonly Node[]) => {
    for (const node of nodes) heads.set(node, head);
  };
  for (const head of model.nodes()) {
    const scaled = scaledBy(head, constant);
    join(head, scaled);
    for (const node of scaled) if (SCALE_OPERATORS.has(node.opType)) scales.add(node);
    if (!isProduct(head, constant)) continue;
    const last = scaled.findLast((node) => node.graph === head.graph && node.opType !== 'Gather') ?? head;
    const behind = biasBehind(last, constant);
    join(head, behind);
    const add = behind.at(-1);
    if (add) biases.add(add);
  }
  return {
    headOf: (node) => heads.get(node) ?? node,
    addsBias: (node) => biases.has(node),
    scales: (node) => scales.has(node),
  };
}

function isProduct(node: Node, constant: ReadonlySet<Value>): boolean {
  return macRuleOf(node) !== undefined && node.inputs.some((_, index) => isConstantWeight(node, index, constant));
}

function isConstantWeight(node: Node, index: number, constant: ReadonlySet<Value>): boolean {
  const value = node.input(index);
  return value !== undefined && constant.has(value) && slotRole(node, index) === 'weight';
}

/** The Cast and the Mul behind a product of integers, and what computes the scale for that Mul; the Mul comes last. */
function scaledBy(head: Node, constant: ReadonlySet<Value>): readonly Node[] {
  if (!INTEGER_PRODUCTS.has(head.opType) && !picksIntegers(head, constant)) return [];
  const cast = onlyReader(head);
  if (cast?.opType !== 'Cast') return [];
  const product = onlyReader(cast);
  if (product?.opType !== 'Mul') return [];
  const scale = otherInput(product, cast)?.producer;
  const computed = scale && SCALE_OPERATORS.has(scale.opType) && onlyReader(scale) === product ? [scale] : [];
  return [cast, ...computed, product];
}

function picksIntegers(node: Node, constant: ReadonlySet<Value>): boolean {
  const table = node.input(0);
  return node.opType === 'Gather' && isLowBit(table) && table !== undefined && constant.has(table);
}

/** The nodes behind `product` up to an Add of a constant vector; empty where there is none. */
function biasBehind(product: Node, constant: ReadonlySet<Value>): readonly Node[] {
  const passed: Node[] = [];
  for (let node = product; passed.length < 4; ) {
    const next = onlyReader(node);
    if (!next) return [];
    passed.push(next);
    if (next.opType === 'Add' && next.domain === '') {
      const added = otherInput(next, node);
      return added && constant.has(added) ? passed : [];
    }
    if (!CARRIERS.has(next.opType)) return [];
    node = next;
  }
  return [];
}

/** The node that alone reads the first output of another one. */
function onlyReader(node: Node): Node | undefined {
  const [use, ...others] = node.output(0)?.uses ?? [];
  return use?.kind === 'input' && others.length === 0 && use.node.graph === node.graph ? use.node : undefined;
}

function otherInput(node: Node, producer: Node): Value | undefined {
  return node.input(node.input(0)?.producer === producer ? 1 : 0);
}

/** Whether a value is a constant of integers of few bits, which stand for floats. */
export function isLowBit(value: Value | undefined): boolean {
  return value?.weight !== undefined && /^u?int[248]$/.test(value.weight.tensor.dataType);
}
