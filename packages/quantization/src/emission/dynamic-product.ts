import type { Layer } from '../layers/layer.js';
import type { WeightGroup } from '../placement/weight-group.js';
import type { StoredWeight } from '../weights/stored-weight.js';
import { FLOAT32 } from './float-type.js';
import { endProduct, matrixProduct } from './matrix-product.js';
import type { QuantizedActivations } from './quantized-activations.js';
import { castBefore, insertBefore, outputName } from './rewrite-node.js';

/**
 * Dynamic form: activations are quantized at run time, the product is computed in integers.
 * `DynamicQuantizeLinear, MatMulInteger, Cast, Mul (, Add)` is the pattern that onnxruntime fuses into
 * DynamicQuantizeMatMul, or into MatMulIntegerToFloat where several layers read the same activation.
 */
export function emitDynamic(group: WeightGroup, stored: StoredWeight, activations: QuantizedActivations): void {
  for (const layer of group.layers) multiplyIntegers(layer, stored, activations);
}

function multiplyIntegers({ node, use }: Layer, stored: StoredWeight, activations: QuantizedActivations): void {
  const { left, factor, bias } = matrixProduct(node);
  const activation = activations.of(left, node.graph);
  const weight = stored.quantized(use.kind === 'matrix' && use.transposed);
  const zeroPoint = stored.zeroPoint('vector');
  const factors = [activation.values, weight, activation.zeroPoint, ...(zeroPoint === undefined ? [] : [zeroPoint])];
  const integers = insertBefore(node, 'MatMulInteger', factors, 'integers');
  const unscaled = castBefore(node, integers, `${outputName(node)}_unscaled`, FLOAT32);
  const scale = insertBefore(node, 'Mul', [activation.scale, stored.scale('vector', factor)], 'scale');
  endProduct(node, 'Mul', [unscaled, scale], bias);
}
