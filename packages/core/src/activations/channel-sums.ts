import { present, readFloats, type Tensor } from '@onnx-compress/graph';
import { type ChannelValue, elementsPerChannel, reducible } from './channel-value.js';
import type { Observer } from './observe.js';
import type { Taps } from './taps.js';

/** `TensorProto.BOOL`. */
const BOOL = 9;

/** What is summed: how many elements are 0, magnitudes, or squares. */
export type Summand = 'zeros' | 'magnitudes' | 'squares';

function sum(taps: Taps, summand: Summand, value: string, axes: readonly number[]): string {
  if (summand === 'magnitudes') return taps.reduce('ReduceL1', value, axes);
  if (summand === 'squares') return taps.reduce('ReduceSumSquare', value, axes);
  const zero = taps.op('Not', [taps.op('Cast', [value], { to: { int: BOOL } })]);
  return taps.reduce('ReduceSum', taps.float(zero), axes);
}

/** Sums per channel over all positions, items and samples; each sample in single precision, all in double. */
export class ChannelSums implements Observer {
  /** Elements per channel. */
  count = 0;
  /** One sum per channel; empty before the first sample. */
  sums = new Float64Array();

  constructor(
    readonly value: ChannelValue,
    readonly summand: Summand,
  ) {}

  tap(taps: Taps): readonly string[] {
    const { name, positions } = reducible(taps, this.value);
    return [taps.op('Shape', [this.value.name]), sum(taps, this.summand, name, positions)];
  }

  async add([shape, result]: readonly Tensor[]): Promise<void> {
    const sums = await readFloats(present(result, 'sums'));
    this.count += await elementsPerChannel(present(shape, 'shape'), this.value.axis);
    if (this.sums.length === 0) this.sums = new Float64Array(sums.length);
    for (const [channel, own] of sums.entries()) this.sums[channel] = (this.sums[channel] ?? 0) + own;
  }
}
