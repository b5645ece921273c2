import { computedTensor, type Node, readFloats, type Tensor, type Weight } from '@onnx-compress/graph';
import { roundHalfToEven } from '@onnx-compress/math';
import type { ActivationScale } from '../../activations/activation-scale.js';
import { dropUnused } from '../drop-weight.js';
import { dequantizedBefore } from './dequantize.js';
import type { ScaleNames } from './shared-scale.js';

/** Lets nodes of the plan read a constant operand as integers, which are computed now rather than at every run. */
export function quantizeConstant(
  weight: Weight,
  readers: readonly { readonly node: Node; readonly index: number }[],
  activation: ActivationScale,
  scale: ScaleNames,
): void {
  const { graph, name, tensor } = weight;
  const integers = graph.addWeight(graph.uniqueName(`${name}_quantized`), affineTensor(tensor, activation));
  for (const { node, index } of readers) node.setInput(index, dequantizedBefore(node, name, [integers.name, ...scale]));
  dropUnused(weight);
}

/** What QuantizeLinear gives: `saturate(round half to even (value / scale) + zeroPoint)`. */
function affineTensor(tensor: Tensor, { dataType, scale, zeroPoint }: ActivationScale): Tensor {
  const least = dataType === 'uint8' ? 0 : -128;
  const quantize = (value: number) => {
    const integer = roundHalfToEven(Math.fround(value / scale)) + zeroPoint;
    return Math.max(least, Math.min(least + 255, integer));
  };
  return computedTensor(dataType, tensor.dims, async () => Uint8Array.from(await readFloats(tensor), quantize));
}
