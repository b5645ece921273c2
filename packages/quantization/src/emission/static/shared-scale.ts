import { float32Tensor, type Graph } from '@onnx-compress/graph';
import type { ActivationScale } from '../../activations/activation-scale.js';
import { sharedZeroPoint } from './zero-point.js';

/** Names of the scale and of the zero point, as QuantizeLinear and DequantizeLinear read them. */
export type ScaleNames = readonly [scale: string, zeroPoint: string];

/** Adds the scale of values, named after one of them, and the zero point unless it is there. */
export function addActivationScale(graph: Graph, name: string, activation: ActivationScale): ScaleNames {
  const { dataType, scale, zeroPoint } = activation;
  return [
    graph.addWeight(graph.uniqueName(`${name}_scale`), float32Tensor([], [scale])).name,
    sharedZeroPoint(graph, dataType, zeroPoint, []),
  ];
}
