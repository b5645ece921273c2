import { throwIfAborted } from '@onnx-compress/core';
import { readFloats } from '@onnx-compress/graph';
import { type ChannelLayout, channelLayout } from '@onnx-compress/math';
import type { GroupMembers, Member } from '../groups/members.js';
import { scoreNotFinite } from '../messages.js';
import { type Criterion, eachGroup, type Scores, type ScoringContext } from './criterion.js';

/** Scores the channels of one weight by its values alone. */
type ChannelScores = (
  values: Float32Array,
  layout: ChannelLayout,
  context: ScoringContext,
) => Float64Array | Promise<Float64Array>;

/**
 * The score of each unit: that of its channels, summed over the given weights. Reads one weight at a time.
 *
 * @throws StepError where a score is not a finite number, naming node, weight and channel
 */
export async function sumOverWeights(
  { units }: GroupMembers,
  weights: readonly Member[],
  channelScores: ChannelScores,
  context: ScoringContext,
): Promise<Scores> {
  const perUnit = new Float64Array(units);
  for (const { node, weight, axis, unitOf } of weights) {
    throwIfAborted(context.signal);
    const values = await readFloats(weight.tensor);
    const scores = await channelScores(values, channelLayout(weight.tensor.dims, axis), context);
    for (const [channel, score] of scores.entries()) {
      if (!Number.isFinite(score)) throw scoreNotFinite(node.label, weight.name, channel);
      const unit = unitOf.get(channel);
      if (unit !== undefined) perUnit[unit] = (perUnit[unit] ?? 0) + score;
    }
  }
  return { kind: 'scored', perUnit };
}

/** A criterion that looks at the weights that compute the channels, and at nothing else. */
export function overProducers(channelScores: ChannelScores): Criterion {
  return eachGroup((group, context) => sumOverWeights(group, group.producers, channelScores, context));
}
