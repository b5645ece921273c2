import { defineTechnique } from '@onnx-compress/core';
import { structuredPruning } from '../structured-pruning.js';
import { eachGroup } from './criterion.js';
import { structuredOptions } from './options.js';

/** Each group draws from a stream of its own, so that its scores do not depend on which groups come before it. */
export const uniformScores = eachGroup(({ label, units }, context) => {
  const stream = context.random(label);
  return { kind: 'scored', perUnit: Float64Array.from({ length: units }, () => stream.uniform()) };
});

/**
 * Random choice: uniform scores from the seed of the run and the name of the layer; the same seed removes the same
 * channels.
 *
 * @example random.create({ ratio: 0.4, round: 'auto', minKeep: 0.2 }, { include: [], skip: [] })
 */
export const random = defineTechnique({
  family: 'prune',
  name: 'random',
  summary: 'Removes channels at random: the baseline that a criterion has to beat',
  reference:
    'Mittal et al., Studying the Plasticity in Deep Convolutional Neural Networks using Random Pruning, arXiv:1812.10240',
  positional: 'ratio',
  options: structuredOptions,
  needsCalibration: false,
  create: (options, nodes) => structuredPruning('random', uniformScores, options, nodes),
});
