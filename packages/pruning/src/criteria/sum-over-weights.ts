import { throwIfAborted } from '@onnx-compress/core';
import { Scratch } from '@onnx-compress/graph';
import { type ChannelLayout, channelLayout } from '@onnx-compress/math';
import type { GroupMembers, Member } from '../groups/members.js';
import { weightValues } from '../groups/weight-values.js';
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
 * @param scratch memory to read them into
 * @throws StepError where a score is not a finite number, naming node, weight and channel
 */
export async function sumOverWeights(
  { units }: GroupMembers,
  weights: readonly Member[],
  channelScores: ChannelScores,
  context: ScoringContext,
  scratch = new Scratch(),
): Promise<Scores> {
  const perUnit = new Float64Array(units);
  for (const { node, weight, axis, unitOf } of weights) {
    throwIfAborted(context.signal);
    const scores = await scratch.lend(weight.tensor.byteLength, async (into) =>
      channelScores(await weightValues(weight, into), channelLayout(weight.tensor.dims, axis), context),
    );
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
  return (groups, context) => {
    const sizes = groups.flatMap(({ producers }) => producers.map(({ weight }) => weight.tensor.byteLength));
    const scratch = new Scratch(Math.max(0, ...sizes));
    return eachGroup((group) => sumOverWeights(group, group.producers, channelScores, context, scratch))(
      groups,
      context,
    );
  };
}
