import { present, type Value } from '@onnx-compress/graph';
import type { ActivationScale } from '../../activations/activation-scale.js';
import type { Layer } from '../../layers/layer.js';
import type { WeightGroup } from '../../placement/weight-group.js';
import type { StoredWeight } from '../../weights/stored-weight.js';
import { dequantizedBefore } from './dequantize.js';
import { writeBias } from './integer-bias.js';
import { layerBias } from './layer-bias.js';
import { normalizeGemm } from './normalize-gemm.js';
import { sharedZeroPoint } from './zero-point.js';

/**
 * Static form of the constants of a layer: int8 weight and int32 bias, each behind a DequantizeLinear that
 * onnxruntime takes into the kernel. What the layer reads and gives is quantized afterwards, by `quantizeValues`.
 *
 * @param scales of the values that the layers read
 */
export function emitStatic(
  group: WeightGroup,
  stored: StoredWeight,
  scales: ReadonlyMap<Value, ActivationScale>,
): void {
  for (const layer of group.layers) emitLayer(layer, stored, scales);
}

function emitLayer(layer: Layer, stored: StoredWeight, scales: ReadonlyMap<Value, ActivationScale>): void {
  const { node } = layer;
  const activation = inputScale(layer, scales);
  const factor = weightFactor(layer);
  const bias = layerBias(layer, scales);
  const weightScales = stored.int8.scales.map((scale) => scale * factor);
  if (node.opType === 'Gemm') normalizeGemm(node, activation, bias);
  readIntegers(layer, stored, factor);
  if (bias) writeBias(bias, weightScales, activation.scale);
}

/** What the product is multiplied by; it becomes a part of the weight's scale. */
export function weightFactor({ node }: Layer): number {
  return node.opType === 'Gemm' ? node.float('alpha', 1) : 1;
}

/** The scale of what a layer multiplies its weight with. */
export function inputScale({ node, inputIndex }: Layer, scales: ReadonlyMap<Value, ActivationScale>): ActivationScale {
  const value = present(node.input(inputIndex === 0 ? 1 : 0), `input of ${node.label}`);
  return present(scales.get(value), `scale of ${value.name}`);
}

function readIntegers({ entries, weight }: Layer, stored: StoredWeight, factor: number): void {
  const { axis, scales } = stored.int8;
  const zero = sharedZeroPoint(weight.graph, 'int8', 0, axis === undefined ? [] : [scales.length]);
  const integers = [stored.quantized(), stored.scale('vector', factor), zero];
  for (const { node, index } of entries) node.setInput(index, dequantizedBefore(node, weight.name, integers, axis));
}
