import { type ChannelStatistic, measureDistinct } from '../activations/statistic.js';
import type { GroupMembers } from '../groups/members.js';
import { notObserved, sameOnAllSamples } from '../reasons.js';
import type { Criterion, Scores } from './criterion.js';
import { coverUnits, unitSums } from './unit-sums.js';

/** What the sums of a statistic say about the units. */
export type Judgement = (perUnit: Float64Array) => Scores;

/** Takes the sums as they are. */
export const asScores: Judgement = (perUnit) => ({ kind: 'scored', perUnit });

/** As `asScores`, for statistics that are 0 where a channel is the same on all samples. */
export const unlessConstant: Judgement = (perUnit) =>
  perUnit.some((score) => score > 0) ? asScores(perUnit) : { kind: 'unscored', reason: sameOnAllSamples() };

/**
 * Scores units by a statistic of their channels behind the activation functions, summed where several layers compute
 * them. All groups are observed in the same runs.
 */
export function overActivations(statistic: ChannelStatistic, judge: Judgement): Criterion {
  return async (groups, context) => {
    const observed = groups.flatMap(({ activations }) => activations.map(({ value }) => value));
    const measured = await measureDistinct(observed, statistic, context);
    const scoresOf = ({ units, activations }: GroupMembers): Scores => {
      const maps = activations.map(({ unitOf }) => unitOf);
      if (!coverUnits(units, maps)) return { kind: 'unscored', reason: notObserved() };
      const parts = activations.map(({ node, value, unitOf }) => {
        return { node, name: value.name, scores: measured(value), unitOf };
      });
      return judge(unitSums(units, parts));
    };
    return groups.map(scoresOf);
  };
}
