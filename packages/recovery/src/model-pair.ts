import type { Model } from '@onnx-compress/graph';

/** What is left of a layer. */
export interface KeptChannels {
  /** Positions on the output axis of the original, in the order of what is left; all where left out. */
  readonly outputs?: readonly number[];
}

/** A model, and what a step made of it. Nodes of both are told by their label. */
export interface ModelPair {
  readonly original: Model;
  /** Is repaired in place. */
  readonly changed: Model;
  /** By label; layers that lost no output channels may be left out. */
  readonly kept?: ReadonlyMap<string, KeptChannels>;
}
