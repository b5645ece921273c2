import { float32Tensor, type Graph, memoryTensor } from '@onnx-compress/graph';
import type { ActivationScale } from '../../activations/activation-scale.js';

/** Names of the scale and of the zero point, as QuantizeLinear and DequantizeLinear read them. */
export type ScaleNames = readonly [scale: string, zeroPoint: string];

/**
 * Adds the scale and the zero point of values, named after one of them. The zero point is there even where it is 0:
 * onnxruntime drops the Relu in front of a QuantizeLinear only if it can read it.
 */
export function addActivationScale(graph: Graph, name: string, activation: ActivationScale): ScaleNames {
  const { dataType, scale, zeroPoint } = activation;
  const zero = memoryTensor(dataType, [], Uint8Array.of(zeroPoint));
  return [
    graph.addWeight(graph.uniqueName(`${name}_scale`), float32Tensor([], [scale])).name,
    graph.addWeight(graph.uniqueName(`${name}_zero_point`), zero).name,
  ];
}
