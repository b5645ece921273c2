import type { Matrix } from '@onnx-compress/core';
import type { LinearLayer } from '../layers/linear-layer.js';

/** Where a layer is looked at: random numbers in [0, 1), one for each position of an item. */
export interface Positions {
  /** Name of the graph input through which the model gets them. */
  readonly input: string;
  readonly count: number;
}

/**
 * A layer at sampled output positions, one row for each, samples one after the other. `inputs` has a column for each
 * number that an output is computed from, group after group: `layer.columns * layer.contraction.groups`, in the order of
 * the weight matrix. `outputs` has one column for each output channel.
 */
export interface LayerRows {
  readonly layer: LinearLayer;
  readonly inputs: Matrix;
}
