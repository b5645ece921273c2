import type { Node } from '@onnx-compress/graph';
import type { ChannelAffine } from './channel-affine.js';

/** A change of weights that is possible, not made yet; or why it is not possible. */
type FoldPlan = WeightChange | { readonly reason: string };

export interface WeightChange {
  /** Bytes that a new or longer bias adds to the file. */
  readonly growth: number;
  apply(): void;
}

/** Plans to move an affine map of the channels into the weights of a neighbouring layer. Changes nothing. */
export type PlanFold = (layer: Node, affine: ChannelAffine) => Promise<FoldPlan>;

/** The channels of what a layer reads or writes. */
export interface Channels {
  readonly count: number;
  /** Their axis, counted from the end: 1 is the last. */
  readonly axis: number;
  /** Dimensions of the value; undefined where the weight does not tell. */
  readonly rank: number | undefined;
}

/** One side of a layer: what it writes, for a producer, or what it reads at input 0, for a consumer. */
export interface LayerSide {
  channels(layer: Node): Channels | undefined;
  readonly plan: PlanFold;
}
