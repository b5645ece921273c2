import type { Node } from '../../model/node.js';
import type { Shape, ShapeRule } from './rule.js';

/** Conv and its kin: batch, output channels, and the windows that fit. `weight` is the index of the kernel input. */
export function convolution(weight: number): ShapeRule {
  return (node, inputs) => {
    const [input, kernel] = [inputs[0], inputs[weight]];
    if (!input || !kernel) return undefined;
    const space = slide(node, input.slice(2), kernel.slice(2));
    return space && [[...input.slice(0, 1), ...kernel.slice(0, 1), ...space]];
  };
}

/** ConvTranspose without an explicit output shape. */
export const transposedConvolution: ShapeRule = (node, [input, kernel]) => {
  if (!input || !kernel || node.hasAttribute('output_shape') || isAutomatic(node)) return undefined;
  const attribute = (name: string, axis: number, fallback: number) => node.ints(name)?.[axis] ?? fallback;
  const rank = input.length - 2;
  const space = input.slice(2).map((size, axis) => {
    const extent = attribute('dilations', axis, 1) * ((kernel[axis + 2] ?? 1) - 1) + 1;
    const pads = attribute('pads', axis, 0) + attribute('pads', axis + rank, 0);
    return (size - 1) * attribute('strides', axis, 1) + attribute('output_padding', axis, 0) + extent - pads;
  });
  return [[...input.slice(0, 1), (kernel[1] ?? 1) * node.int('group', 1), ...space]];
};

/** MaxPool, AveragePool, LpPool. */
export const pooling: ShapeRule = (node, [input]) => {
  const kernel = node.ints('kernel_shape');
  if (!input || !kernel || node.int('ceil_mode', 0) !== 0) return undefined;
  const space = slide(node, input.slice(2), kernel);
  return space && node.outputs.map(() => [...input.slice(0, 2), ...space]);
};

/** GlobalAveragePool, GlobalMaxPool. */
export const globalPooling: ShapeRule = (_node, [input]) => input && [input.map((size, axis) => (axis < 2 ? size : 1))];

function slide(node: Node, sizes: Shape, kernel: Shape): Shape | undefined {
  const mode = node.string('auto_pad', 'NOTSET');
  const rank = sizes.length;
  const windows = sizes.map((size, axis) => {
    const stride = node.ints('strides')?.[axis] ?? 1;
    if (mode.startsWith('SAME')) return Math.ceil(size / stride);
    const extent = (node.ints('dilations')?.[axis] ?? 1) * ((kernel[axis] ?? 1) - 1) + 1;
    const pads = mode === 'VALID' ? [] : (node.ints('pads') ?? []);
    return Math.floor((size + (pads[axis] ?? 0) + (pads[axis + rank] ?? 0) - extent) / stride) + 1;
  });
  return windows.every((count) => count > 0) ? windows : undefined;
}

function isAutomatic(node: Node): boolean {
  return node.string('auto_pad', 'NOTSET') !== 'NOTSET';
}
