import { type Context, throwIfAborted } from '@onnx-compress/core';
import type { Scratch, Tensor } from '@onnx-compress/graph';
import type { SizeEstimate } from '../placement/size-estimate.js';
import type { FloatWeight } from './float-weights.js';
import type { HalfFormat } from './half-format.js';
import { castOutweighs, outOfRange, smallValuesLost } from './reasons.js';
import { roundingLoss } from './rounding-loss.js';
import { castSize } from './stored-half.js';

/** What a weight takes before and after, or why it stays: it is too small to matter, or the format cannot hold it. */
export type WeightPlan = SizeEstimate | { readonly kind: 'small' | 'misfit'; readonly reason: string };

/** Plans how weights are stored; what a format does to a tensor is found out once. */
export class WeightPlanner {
  readonly #losses = new Map<Tensor, string | undefined>();

  constructor(
    private readonly format: HalfFormat,
    private readonly scratch: Scratch,
    private readonly signal: Context['signal'],
  ) {}

  /** The size first; the weight is read only when that speaks for it. */
  async plan(weighted: FloatWeight): Promise<WeightPlan> {
    throwIfAborted(this.signal);
    const size = castSize(weighted, this.format);
    const { name } = weighted.weight;
    if (size.bytesAfter >= size.bytesBefore) {
      return { kind: 'small', reason: castOutweighs(name, size.bytesBefore, size.bytesAfter) };
    }
    const reason = await this.misfit(name, weighted.tensor);
    return reason === undefined ? size : { kind: 'misfit', reason };
  }

  /** Why the format cannot hold a tensor; undefined where it can. */
  async misfit(name: string, tensor: Tensor): Promise<string | undefined> {
    if (!this.#losses.has(tensor)) this.#losses.set(tensor, await this.#measure(name, tensor));
    return this.#losses.get(tensor);
  }

  async #measure(name: string, tensor: Tensor): Promise<string | undefined> {
    const { dataType, lowestDb } = this.format;
    const { overflows, snrDb } = await roundingLoss(tensor, this.format, this.scratch, this.signal);
    if (overflows) return outOfRange(name, dataType);
    return snrDb < lowestDb ? smallValuesLost(name, dataType, snrDb) : undefined;
  }
}
