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
export interface WeightSlot {
  /** Axis whose entries each get a scale of their own; undefined where one scale serves all. */
  readonly channelAxis: number | undefined;
  readonly use: WeightUse;
}

/** Says what a constant of this rank at input `index` of a node is; undefined: not a weight. */
export type LayerRule = (node: Node, index: number, rank: number) => WeightSlot | undefined;

/** An input of a node. */
export interface InputSlot {
  readonly node: Node;
  readonly index: number;
}

/** A node together with the weight it reads; the channel axis is that of the weight as it is stored. */
export interface Layer extends WeightSlot {
  readonly node: Node;
  readonly inputIndex: number;
  readonly weight: Weight;
  /**
   * The inputs that read the stored weight: the layer's own, or those of nodes that move its elements into the shape
   * that the layer needs (Slice, Concat, Unsqueeze, Transpose).
   */
  readonly entries: readonly InputSlot[];
}
