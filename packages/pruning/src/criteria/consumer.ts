import { ChannelMoments, defineTechnique, yieldToEventLoop } from '@onnx-compress/core';
import { squaresPerInput } from '@onnx-compress/math';
import { measureDistinct, onePass } from '../activations/statistic.js';
import { inputLayout } from '../activations/weighted-layer.js';
import type { Consumer, GroupMembers } from '../groups/members.js';
import { weightValues } from '../groups/weight-values.js';
import { noConsumer } from '../reasons.js';
import { structuredPruning } from '../structured-pruning.js';
import type { Criterion, Scores } from './criterion.js';
import { structuredOptions } from './options.js';
import { unlessConstant } from './over-activations.js';
import { coverUnits, unitSums } from './unit-sums.js';

const variances = onePass(
  (value) => new ChannelMoments(value),
  ({ variance }) => variance,
);

/** Root mean square of what each unit contributes to the layer's output beyond a constant, up to a common factor. */
async function contributions(
  units: number,
  { layer, weight, value, unitOfInput }: Consumer,
  variance: Float64Array,
): Promise<Float64Array> {
  const { dims } = weight.tensor;
  const energy = squaresPerInput(await weightValues(weight), inputLayout(layer, dims));
  const scores = variance.map((own, channel) => own * (energy[channel] ?? Number.NaN));
  return unitSums(units, [{ node: layer.node, name: value.name, scores, unitOf: unitOfInput }]).map(Math.sqrt);
}

async function scoresOf(
  { units, consumers }: GroupMembers,
  varianceOf: (consumer: Consumer) => Float64Array,
): Promise<Scores> {
  const maps = consumers.map(({ unitOfInput }) => unitOfInput);
  if (!coverUnits(units, maps)) return { kind: 'unscored', reason: noConsumer() };
  const perUnit = new Float64Array(units);
  for (const consumer of consumers) {
    const own = await contributions(units, consumer, varianceOf(consumer));
    for (const [unit, score] of own.entries()) perUnit[unit] = (perUnit[unit] ?? 0) + score;
  }
  return unlessConstant(perUnit);
}

/** Deviations of channels times the norms of the weights that read them. */
export const consumedDeviations: Criterion = async (groups, context) => {
  const observed = groups.flatMap(({ consumers }) => consumers.map(({ value }) => value));
  const measured = await measureDistinct(observed, variances, context);
  const scored: Scores[] = [];
  for (const group of groups) {
    await yieldToEventLoop(context.signal);
    scored.push(await scoresOf(group, ({ value }) => measured(value)));
  }
  return scored;
};

/**
 * What the next layer loses: `score(c) = std(A[:, c, ...]) * |W_next[:, c, ...]|_2`, the deviation of a channel as the next
 * layer reads it, times the norm of the weights that it is multiplied by, summed over all layers that read it. The mean
 * does not count, since the bias of the next layer can take it over. Where a layer reads a channel at several
 * positions, as a linear layer behind Flatten does, their products are combined as the root of the sum of squares.
 * Lowest go, ties keep the lower index.
 *
 * @example consumer.create(structuredOptions.parse({ ratio: 0.4 }), { include: [], skip: [] })
 */
export const consumer = defineTechnique({
  family: 'prune',
  name: 'consumer',
  summary: 'Removes the channels whose variation the next layer weighs least',
  reference:
    'He et al., Channel Pruning for Accelerating Very Deep Neural Networks, arXiv:1707.06168 (the error of leaving out one channel, mean aside)',
  positional: 'ratio',
  options: structuredOptions,
  needsCalibration: true,
  create: (options, nodes) => structuredPruning('consumer', consumedDeviations, options, nodes),
});
