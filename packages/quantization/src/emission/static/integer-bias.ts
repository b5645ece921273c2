import { float32Tensor, weightBehind } from '@onnx-compress/graph';
import { integerBias } from '../../weights/integer-bias.js';
import { dropUnused } from '../drop-weight.js';
import { dequantizedBefore } from './dequantize.js';
import type { LayerBias } from './layer-bias.js';

/** Puts int32 numbers behind a DequantizeLinear in the place of a bias; their scale is that of the products. */
export function writeBias(bias: LayerBias, weightScales: Float32Array, inputScale: number): void {
  const { node, index, name } = bias;
  const { graph } = node;
  const original = weightBehind(node.input(index));
  const scales = productScales(bias, weightScales, inputScale);
  const perChannel = scales.length > 1;
  const integers = graph.addWeight(graph.uniqueName(`${name}_q`), integerBias(bias, scales));
  const scale = graph.addWeight(
    graph.uniqueName(`${name}_scale`),
    float32Tensor(perChannel ? [scales.length] : [], scales),
  );
  const axis = perChannel ? bias.dims.length - 1 : undefined;
  node.setInput(index, dequantizedBefore(node, name, [integers.name, scale.name], axis));
  if (original) dropUnused(original);
}

/** One for all channels, or one for each; the groups of a ConvTranspose share the scales of its weight. */
function productScales({ channels }: LayerBias, weightScales: Float32Array, inputScale: number): Float32Array {
  const products = weightScales.map((scale) => scale * inputScale);
  if (products.length === 1) return products;
  return Float32Array.from({ length: channels }, (_, channel) => products[channel % products.length] ?? 1);
}
