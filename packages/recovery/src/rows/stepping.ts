import type { Node } from '@onnx-compress/graph';

/** How a convolution steps over its input: one number for each spatial axis. */
export interface Stepping {
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  /** What the kernel covers, its holes included. */
  readonly extents: readonly number[];
  readonly padding: Padding;
}

/** Zeros around the input: so many, or as many as an output of the input's size divided by the strides needs. */
type Padding =
  | { readonly kind: 'explicit'; readonly begin: readonly number[]; readonly end: readonly number[] }
  /** The odd zero of a total comes last, or first. */
  | { readonly kind: 'same'; readonly odd: 'last' | 'first' };

function paddingOf(node: Node, axes: number): Padding {
  const automatic = node.string('auto_pad') ?? 'NOTSET';
  if (automatic === 'SAME_UPPER') return { kind: 'same', odd: 'last' };
  if (automatic === 'SAME_LOWER') return { kind: 'same', odd: 'first' };
  const given = automatic === 'VALID' ? undefined : node.ints('pads');
  const pads = given ?? Array<number>(2 * axes).fill(0);
  return { kind: 'explicit', begin: pads.slice(0, axes), end: pads.slice(axes) };
}

/** Reads how a Conv with this kernel steps. */
export function steppingOf(node: Node, kernel: readonly number[]): Stepping {
  const ones = kernel.map(() => 1);
  const dilations = node.ints('dilations') ?? ones;
  return {
    strides: node.ints('strides') ?? ones,
    dilations,
    extents: kernel.map((size, axis) => (size - 1) * (dilations[axis] ?? 1) + 1),
    padding: paddingOf(node, kernel.length),
  };
}

/** True where each output position is computed from the same position of the input alone. */
export function isPointwise({ strides, extents, padding }: Stepping): boolean {
  const isUnpadded = padding.kind === 'same' || [...padding.begin, ...padding.end].every((pad) => pad === 0);
  return isUnpadded && strides.every((stride) => stride === 1) && extents.every((extent) => extent === 1);
}
