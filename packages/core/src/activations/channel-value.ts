import { readIndices, type Tensor } from '@onnx-compress/graph';
import type { Taps } from './taps.js';

/** A value of the main graph whose channels lie along one axis. */
export interface ChannelValue {
  readonly name: string;
  /** Number of axes. */
  readonly rank: number;
  /** The channel axis, counted from the front. */
  readonly axis: number;
}

/** A value made ready to be reduced: single precision, and a last axis of length 1 behind its own axes. */
interface Reducible {
  readonly name: string;
  /** All axes but the channels. */
  readonly positions: readonly number[];
  /** All axes but the channels and the first one, which counts items. */
  readonly positionsOfItem: readonly number[];
}

/** The additional axis makes sure that there is always an axis to reduce. */
export function reducible(taps: Taps, { name, rank, axis }: ChannelValue): Reducible {
  const keepAll = Array<number>(rank).fill(0);
  const positions = [...Array(rank + 1).keys()].filter((index) => index !== axis);
  return {
    name: taps.reshape(taps.float(name), [...keepAll, 1]),
    positions,
    positionsOfItem: positions.filter((index) => index !== 0),
  };
}

/** Elements of one channel in a value of this shape. */
export async function elementsPerChannel(shape: Tensor, axis: number): Promise<number> {
  const dims = await readIndices(shape);
  return dims.reduce((product, size, index) => (index === axis ? product : product * size), 1);
}
