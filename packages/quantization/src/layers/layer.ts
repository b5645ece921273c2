import type { Node, Weight } from '@onnx-compress/graph';

/**
 * How a node reads its constant, as far as quantization cares:
 * - `matrix`: the right factor [K, N] of a matrix product, or [N, K] when `transposed`;
 * - `rows`: a table of which the node picks rows (axis 0);
 * - `other`: a kernel or anything else that needs the weight as it is.
 */
export type WeightUse =
  | { readonly kind: 'matrix'; readonly transposed: boolean }
  | { readonly kind: 'rows' }
  | { readonly kind: 'other' };

/** The constant input of a node that is worth quantizing. */
interface WeightSlot {
  /** Axis whose entries each get a scale of their own; undefined where one scale serves all. */
  readonly channelAxis: number | undefined;
  readonly use: WeightUse;
}

/** Says what a constant of shape `dims` at input `index` of this node is; undefined: not a weight. */
export type LayerRule = (node: Node, index: number, dims: readonly number[]) => WeightSlot | undefined;

/** A node together with the weight it reads. */
export interface Layer extends WeightSlot {
  readonly node: Node;
  readonly inputIndex: number;
  readonly weight: Weight;
}
