import type { Calibration, Context, Random } from '@onnx-compress/core';
import type { LinearLayer } from '../layers/linear-layer.js';

/** What a layer multiplies by its weight matrix: `layer.columns` numbers for each group, group after group. */
export interface WantedInputs {
  readonly kind: 'inputs';
  readonly layer: LinearLayer;
  /** Output positions to look at in each item; see `positionsOf`. */
  readonly positions: number;
}

/** The channels of any value that has the positions of a layer's output. */
export interface WantedChannels {
  readonly kind: 'channels';
  /** Name of the value. */
  readonly value: string;
  /** The channel axis, counted from the front. */
  readonly axis: number;
  /** Number of axes. */
  readonly rank: number;
  /** Positions to look at in each item; those of the layer to see the same ones. */
  readonly positions: number;
}

/** Something to be seen at sampled positions: one matrix, a row for each position. */
export type Wanted = WantedInputs | WantedChannels;

/** Where to run a model, on what, and how to choose positions. */
export interface RowSampling extends Pick<Context, 'runs' | 'signal'> {
  readonly calibration: Calibration;
  /** The streams of the run; those used are named `positions/0`, `positions/1` and so on, one for each sample. */
  readonly random: (stream: string) => Random;
  /** Told after each sample. */
  readonly onSample?: (() => void) | undefined;
}
