import type { Dim, Node } from '@onnx-compress/graph';
import type { Moments } from './moments.js';
import { biasAlone, normalized, normalizedFrom } from './origins.js';

/** Moments of each channel of a value; undefined where nothing is known of any. */
export type Found = Promise<Moments | undefined>;

/** What is taken for known where a chain of operators begins. */
export interface Origin {
  /** What a layer computes, by the dimensions of its output and what it is fed with. */
  layer(node: Node, dims: readonly Dim[] | undefined, input: () => Found): Found;
  /** What a BatchNormalization computes. */
  normalization(node: Node, input: () => Found): Found;
  /** Whether the chain goes on through a node that works on each channel apart. */
  follows(node: Node): boolean;
}

/** A BatchNormalization leaves each channel normally distributed, with its bias as mean and its scale as deviation. */
export const fromNormalization: Origin = {
  layer: async () => undefined,
  normalization: (node) => normalized(node),
  follows: () => true,
};

/** The weights that compute a channel count as zero, so that it holds its bias everywhere. */
export const fromBias: Origin = {
  layer: (node, dims) => biasAlone(node, dims),
  normalization: async (node, input) => {
    const moments = await input();
    return moments && normalizedFrom(node, moments);
  },
  follows: () => true,
};
