import { type Node, readIntegers, type Tensor, type Value, weightBehind } from '@onnx-compress/graph';
import type { LayerKind } from '../targets/target-table.js';

/** Operators without weights that take in an activation function; layers do in any case. */
const TAKE_ACTIVATIONS: ReadonlySet<string> = new Set(['Add', 'Concat', 'Mul']);

/**
 * What behind a node its integer kernel does too, in order: the bias behind a MatMul, then an activation function that
 * the range of the quantized value replaces.
 */
export function foldableNodes(node: Node, layer: LayerKind | undefined): readonly Node[] {
  const bias = node.opType === 'MatMul' && layer === 'product' ? biasBehind(node) : undefined;
  const takes = layer !== undefined || TAKE_ACTIVATIONS.has(node.opType);
  const activation = takes ? activationBehind(bias ?? node) : undefined;
  return [bias, activation].filter((folded) => folded !== undefined);
}

function biasBehind(node: Node): Node | undefined {
  const add = onlyReader(node);
  if (add?.opType !== 'Add') return undefined;
  const dims = constantOperand(add)?.dims;
  return dims?.slice(0, -1).every((size) => size === 1) ? add : undefined;
}

function constantOperand(node: Node): Tensor | undefined {
  return (weightBehind(node.input(0)) ?? weightBehind(node.input(1)))?.tensor;
}

function activationBehind(node: Node): Node | undefined {
  const reader = onlyReader(node);
  return reader && activationKey(reader) !== undefined ? reader : undefined;
}

/** The node that alone reads the only output of another, in the same graph. */
function onlyReader(node: Node): Node | undefined {
  const uses = node.outputs.length === 1 ? (node.output(0)?.uses ?? []) : [];
  const [use] = uses;
  if (uses.length !== 1 || use?.kind !== 'input') return undefined;
  return use.node.graph === node.graph && use.node.domain === '' ? use.node : undefined;
}

/**
 * Names the range that an activation function cuts off below 0 and, for Clip, above its maximum. The quantized value
 * behind it must stay within, or onnxruntime keeps the function and computes everything in front of it in floats.
 * Undefined for other operators, and for a Clip that does not begin at 0.
 */
export function activationKey(node: Node): string | undefined {
  if (node.opType === 'Relu') return 'from 0';
  if (node.opType !== 'Clip') return undefined;
  const low = bound(node, 'min', 1);
  const high = bound(node, 'max', 2);
  return low === 0 && high !== undefined && high > 0 ? `0 to ${high}` : undefined;
}

/** A bound of Clip, which is an attribute before opset 11; undefined where it is computed or absent. */
function bound(node: Node, attribute: string, input: number): number | undefined {
  const value = node.input(input);
  return value === undefined ? node.float(attribute) : scalar(value);
}

function scalar(value: Value): number | undefined {
  const tensor = weightBehind(value)?.tensor;
  if (tensor === undefined || tensor.inline === undefined) return undefined;
  if (tensor.dataType !== 'float32') return readIntegers(tensor)?.[0];
  const { buffer, byteOffset, byteLength } = tensor.inline;
  return byteLength === 4 ? new DataView(buffer, byteOffset, byteLength).getFloat32(0, true) : undefined;
}
