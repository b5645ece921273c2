import { defineTechnique } from '@onnx-compress/core';
import { type Node, present } from '@onnx-compress/graph';
import { type Follower, followConnections } from '../activations/connections.js';
import { samplesOf } from '../activations/samples.js';
import type { GroupMembers } from '../groups/members.js';
import { noConsumer } from '../reasons.js';
import { structuredPruning } from '../structured-pruning.js';
import type { Criterion, Scores } from './criterion.js';
import { structuredOptions } from './options.js';
import { unlessConstant } from './over-activations.js';
import { coverUnits, unitSums } from './unit-sums.js';

/** Most norms whose variances are followed in one pass over the samples: 64 MB of sums. */
const SERIES_PER_PASS = 1 << 22;

/** Shares the followers among as few passes as their memory allows. */
function passesOf(followers: readonly Follower[]): readonly (readonly Follower[])[] {
  const passes: Follower[][] = [];
  let room = 0;
  for (const follower of followers) {
    if (follower.series > room || passes.length === 0) {
      passes.push([]);
      room = SERIES_PER_PASS;
    }
    passes.at(-1)?.push(follower);
    room -= follower.series;
  }
  return passes;
}

/** Variances of the norms of what the layers make of each input channel, summed over filters. */
export const inboundVariances: Criterion = async (groups, context) => {
  const consumers = groups.flatMap((group) => group.consumers);
  const followers = new Map<Node, Follower>(
    consumers.map((consumer) => [consumer.node, followConnections(consumer)] as const),
  );
  const passes = passesOf([...followers.values()]);
  const samples = samplesOf(context, passes.length);
  const variances = new Map<Follower, Float64Array>();
  for (const pass of passes) {
    await samples.observe(pass.map(({ observer }) => observer));
    for (const follower of pass) variances.set(follower, await follower.read());
  }
  const scoresOf = ({ units, consumers: own }: GroupMembers): Scores => {
    const maps = own.map(({ unitOfInput }) => unitOfInput);
    if (!coverUnits(units, maps)) return { kind: 'unscored', reason: noConsumer() };
    const parts = own.map(({ node, value, unitOfInput }) => {
      const scores = present(variances.get(present(followers.get(node), node.label)), node.label);
      return { node, name: value.name, scores, unitOf: unitOfInput };
    });
    return unlessConstant(unitSums(units, parts));
  };
  return groups.map(scoresOf);
};

/**
 * Inbound pruning: `score(s) = sum_t var_n |W[t, s] * X_n[s]|_F`, how much the norm of what filter t of the next layer
 * makes of channel s varies over the samples n, summed over all filters and layers that read the channel; lowest go,
 * ties keep the lower index. The paper removes single connections (t, s); their sum judges the channel. Axis 0 of an
 * activation counts samples.
 *
 * @example inbound.create(structuredOptions.parse({ ratio: 0.4 }), { include: [], skip: [] })
 */
export const inbound = defineTechnique({
  family: 'prune',
  name: 'inbound',
  summary: 'Removes the channels of which the next layer makes the same from sample to sample',
  reference:
    'Polyak and Wolf, Channel-Level Acceleration of Deep Face Representations, IEEE Access 3 (2015) (inbound pruning)',
  positional: 'ratio',
  options: structuredOptions,
  needsCalibration: true,
  create: (options, nodes) => structuredPruning('inbound', inboundVariances, options, nodes),
});
