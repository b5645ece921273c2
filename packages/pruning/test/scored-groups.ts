import { seededRandom } from '@onnx-compress/core';
import { type Model, present, type Tensor } from '@onnx-compress/graph';
import { buildModel } from '@onnx-compress/test-kit';
import { analyse } from '../src/analysis/analyse.js';
import type { Criterion, ScoringContext } from '../src/criteria/criterion.js';
import { findGroups } from '../src/groups/find-groups.js';
import { findMembers, type GroupMembers } from '../src/groups/members.js';
import { inferShapes, testContext } from './pruning-context.js';

/** What a criterion sees, with the random streams of a seed. */
export const scoringContext = (seed = 0, model = emptyModel()): ScoringContext => ({
  ...testContext(),
  random: (stream) => seededRandom(seed, stream),
  model,
});

const emptyModel = () => buildModel({ inputs: {}, outputs: [], nodes: [] });

/** A group of one layer, whose channels lie along `axis` of its weight. */
export function layer(tensor: Tensor, axis = 0): GroupMembers {
  const { graph } = buildModel({
    inputs: {},
    outputs: ['y'],
    weights: { w: tensor },
    nodes: [{ opType: 'Identity', name: 'layer', inputs: ['w'], outputs: ['y'] }],
  });
  const node = present(graph.value('y')?.producer, 'node');
  const weight = present(graph.value('w')?.weight, 'weight');
  const units = present(tensor.dims[axis], 'channels');
  const unitOf = new Map(Array.from({ length: units }, (_, index) => [index, index]));
  const producers = [{ node, weight, axis, unitOf, inputs: [] }];
  return { label: 'layer', units, producers, companions: [], activations: [], consumers: [] };
}

/** The members of every group of a model, in the order in which the graph computes them. */
export async function membersIn(model: Model): Promise<readonly GroupMembers[]> {
  const engine = analyse(model, await inferShapes(model));
  return [...findMembers(engine, findGroups(engine)).values()];
}

/** The scores of a group; throws where the criterion has none. */
export async function scoresOf(
  criterion: Criterion,
  group: GroupMembers,
  context = scoringContext(),
): Promise<readonly number[]> {
  const [scores] = await criterion([group], context);
  if (scores?.kind !== 'scored') throw new Error(scores?.reason);
  return [...scores.perUnit];
}
