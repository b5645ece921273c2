import { type Context, throwIfAborted } from '@onnx-compress/core';
import type { Model } from '@onnx-compress/graph';
import type { LinearLayer } from '@onnx-compress/recovery';
import { channelMaxima } from './channel-maxima.js';
import { type IsTaken, type ScalableChannels, scalableChannels } from './scalable-channels.js';
import { divideChannels } from './scale-channels.js';

/** Samples may not show all that a channel reaches: it keeps this part of the range of the largest one at least. */
const LEAST_FACTOR = 1 / 4;

/** Channels that a Conv computes and only depthwise ones read: each has a scale of its own on both sides. */
function isFree({ source, consumers, channels }: ScalableChannels): boolean {
  const isDepthwise = ({ node, inputs, contraction }: LinearLayer) =>
    node.opType === 'Conv' && inputs === 1 && contraction.groups === channels;
  return source.kind === 'layer' && source.layer.node.opType === 'Conv' && consumers.every(isDepthwise);
}

/**
 * sqrt(a / largest a). Halfway to equal channels by ratio: what a channel reaches beyond the samples would be clipped if
 * it took up all of the range on them.
 */
function factorsOf(maxima: Float64Array): Float64Array {
  const most = maxima.reduce((one, other) => Math.max(one, other), 0);
  return maxima.map((own) => (most > 0 ? Math.max(LEAST_FACTOR, Math.sqrt(own / most)) : 1));
}

/**
 * Spreads the channels in front of depthwise convolutions over the range that they share as integers. With a scale for
 * each channel of a weight, the integers of all weights stay the same: small channels gain resolution for nothing.
 *
 * @returns the nodes whose channels were scaled; none without samples
 * @throws CancelledError when the signal fires
 */
export async function spreadChannels(model: Model, isTaken: IsTaken, context: Context): Promise<ReadonlySet<string>> {
  const free = (await scalableChannels(model, isTaken)).filter(isFree);
  const moved = new Set<string>();
  for (const [channels, maxima] of await channelMaxima(model, free, context)) {
    throwIfAborted(context.signal);
    const factors = factorsOf(maxima);
    const { source } = channels;
    if (factors.every((factor) => factor === 1) || source.kind !== 'layer') continue;
    if (await divideChannels(channels, factors)) moved.add(source.layer.node.label);
  }
  return moved;
}
