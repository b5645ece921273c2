import type { Taps } from '@onnx-compress/core';
import type { PositionSampler } from './position-sampler.js';

/** Where nodes that compute rows are added. */
export interface RowTaps {
  readonly taps: Taps;
  readonly sampler: PositionSampler;
}

/** Rows as the model computes them. */
export interface RowTap {
  /** Name of the rows, [items * count, columns], in single precision. */
  readonly rows: string;
  /** Name of the number of positions in an item, [1]; where it is below `count`, an item's first rows are all. */
  readonly size: string;
  /** Rows of each item. */
  readonly count: number;
}
