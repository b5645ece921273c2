import { type Node, type ShapeTable, type Value, weightBehind } from '@onnx-compress/graph';
import type { Layer } from '../../layers/layer.js';
import {
  bodyOfSubgraph,
  computedBias,
  noStaticKernel,
  notFloat32,
  productOfConstants,
  unknownSizes,
} from '../../messages.js';
import type { KernelTimes } from './kernel-times.js';
import { layerKind } from './layer-kind.js';
import type { Unit } from './unit.js';

/** Operators all of whose inputs are quantized activations; the others have parameters behind the first. */
const ALL_INPUTS: ReadonlySet<string> = new Set(['Add', 'Concat', 'Mul']);

/** Why a layer cannot compute on integers with scales that are known beforehand; undefined where it can. */
export function layerObstacle(layer: Layer, types: ShapeTable, times: KernelTimes): string | undefined {
  const { node, weight, entries } = layer;
  const data = node.input(0);
  if (node.graph.kind !== 'main' || weight.graph.kind !== 'main') return bodyOfSubgraph();
  const isDirect = entries.every((entry) => entry.node === node);
  if (layerKind(layer) === undefined || data === undefined || !isDirect) return noStaticKernel(node.opType);
  if (weightBehind(data) !== undefined) return productOfConstants();
  const type = types.get(data)?.dataType ?? weight.tensor.dataType;
  if (type !== 'float32' || weight.tensor.dataType !== 'float32') return notFloat32(type);
  if (times.elements(data) === 0 || times.elements(node.output(0)) === 0) return unknownSizes();
  const bias = node.input(2);
  return node.opType === 'Conv' && bias !== undefined && weightBehind(bias) === undefined ? computedBias() : undefined;
}

/** True where an integer kernel for an operator without weights exists and these inputs suit it. */
export function hasIntegerKernel({ node, outputs }: Unit, types: ShapeTable, times: KernelTimes): boolean {
  if (node.domain !== '' || times.table.operators[node.opType]?.integer === undefined) return false;
  if (node.opType === 'Resize' && node.string('mode', 'nearest') !== 'nearest') return false;
  const data = node.opType === 'Where' ? [1, 2] : ALL_INPUTS.has(node.opType) ? [...node.inputs.keys()] : [0];
  const values = [...data.map((index) => node.input(index)), ...outputs];
  return values.every((value) => isQuantizable(value, types, times)) && givesOneResult(node, outputs);
}

function isQuantizable(value: Value | undefined, types: ShapeTable, times: KernelTimes): boolean {
  if (value === undefined || weightBehind(value) !== undefined) return false;
  return types.get(value)?.dataType === 'float32' && times.elements(value) > 0;
}

/** Only Split has several results of one type; the second of MaxPool are positions. */
function givesOneResult(node: Node, outputs: readonly Value[]): boolean {
  return outputs.length === 1 || node.opType === 'Split';
}
