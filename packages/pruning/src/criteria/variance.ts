import { ChannelMoments, defineTechnique } from '@onnx-compress/core';
import { onePass } from '../activations/statistic.js';
import { structuredPruning } from '../structured-pruning.js';
import { structuredOptions } from './options.js';
import { overActivations, unlessConstant } from './over-activations.js';

/** The variance of each channel behind its activation function. */
export const activationVariances = overActivations(
  onePass(
    (value) => new ChannelMoments(value),
    (moments) => moments.variance,
  ),
  unlessConstant,
);

/**
 * Variance of the channel output: `score(c) = var A[:, c, ...]` behind the activation function, over all samples and
 * positions, summed over coupled layers; lowest go (a constant can stand in for them), ties keep the lower index. A
 * layer whose channels are all constant is left whole.
 *
 * @example variance.create(structuredOptions.parse({ ratio: 0.4 }), { include: [], skip: [] })
 */
export const variance = defineTechnique({
  family: 'prune',
  name: 'variance',
  summary: 'Removes the channels whose activations vary least',
  reference: 'Polyak and Wolf, Channel-Level Acceleration of Deep Face Representations, IEEE Access 3 (2015)',
  positional: 'ratio',
  options: structuredOptions,
  needsCalibration: true,
  create: (options, nodes) => structuredPruning('variance', activationVariances, options, nodes),
});
