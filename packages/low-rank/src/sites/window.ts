import type { Node } from '@onnx-compress/graph';
import type { Attributes } from './write-layers.js';

/** Attributes of a Conv that say how its window moves. */
const NAMES = ['kernel_shape', 'strides', 'dilations', 'pads', 'auto_pad'] as const;

/** How far a window reaches and moves along some of the axes of a convolution: as that one does, 1 along the others. */
export function windowAlong(node: Node, kernel: readonly number[], axes: readonly number[]): Attributes {
  const along = (sizes: readonly number[] | undefined, otherwise: number) =>
    sizes?.map((size, index) => (axes.includes(index % kernel.length) ? size : otherwise));
  const moved = (name: string, otherwise: number) => {
    const sizes = along(node.ints(name), otherwise);
    return sizes?.some((size) => size !== otherwise) ? { [name]: { ints: sizes } } : {};
  };
  const mode = node.string('auto_pad', 'NOTSET');
  const isAutomatic = mode !== 'NOTSET' && axes.length > 0;
  return {
    kernel_shape: { ints: along(kernel, 1) ?? [] },
    ...moved('strides', 1),
    ...moved('dilations', 1),
    ...(mode === 'NOTSET' ? moved('pads', 0) : {}),
    ...(isAutomatic ? { auto_pad: { string: mode } } : {}),
  };
}

/** Gives a convolution another window. */
export function setWindow(node: Node, window: Attributes): void {
  for (const name of NAMES) {
    const value = window[name];
    if (value === undefined) node.removeAttribute(name);
    else node.setAttribute(name, value);
  }
}
