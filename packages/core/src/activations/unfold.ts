import { type AttributeValue, float32Tensor, type Node } from '@onnx-compress/graph';
import type { Taps } from './taps.js';

const LISTS = ['strides', 'pads', 'dilations', 'output_padding', 'output_shape'] as const;

/** How a convolution steps over its input; everything but its channels. */
function stepping(node: Node): Record<string, AttributeValue> {
  const attributes: Record<string, AttributeValue> = {};
  for (const name of LISTS) {
    const values = node.ints(name);
    if (values !== undefined) attributes[name] = { ints: [...values] };
  }
  const padding = node.string('auto_pad');
  if (padding !== undefined) attributes.auto_pad = { string: padding };
  return attributes;
}

/** One filter per kernel position, which picks that position; for each of the channels. */
function pickingFilters(node: Node, channels: number, kernel: readonly number[], positions: number) {
  const values = new Float32Array(channels * positions * positions);
  for (let row = 0; row < channels * positions; row++) values[row * positions + (row % positions)] = 1;
  const dims = node.opType === 'Conv' ? [channels * positions, 1] : [channels, positions];
  return float32Tensor([...dims, ...kernel], values);
}

/**
 * What the weights of a convolution are multiplied by, for each input channel and kernel position apart:
 * [items, channels, kernel positions, output positions].
 *
 * @param kernel sizes of the kernel
 * @param data the input in single precision
 */
export function unfold(taps: Taps, node: Node, data: string, channels: number, kernel: readonly number[]): string {
  const positions = kernel.reduce((product, size) => product * size, 1);
  const filters = taps.constant(pickingFilters(node, channels, kernel, positions));
  const attributes = { ...stepping(node), group: { int: channels }, kernel_shape: { ints: [...kernel] } };
  return taps.reshape(taps.op(node.opType, [data, filters], attributes), [0, channels, positions, -1]);
}
