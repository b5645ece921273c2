import { ChannelMoments, defineTechnique } from '@onnx-compress/core';
import { onePass } from '../activations/statistic.js';
import { structuredPruning } from '../structured-pruning.js';
import { structuredOptions } from './options.js';
import { asScores, overActivations } from './over-activations.js';

/** The mean of each channel behind its activation function. */
export const meanActivations = overActivations(
  onePass(
    (value) => new ChannelMoments(value),
    ({ mean }) => mean,
  ),
  asScores,
);

/**
 * Mean activation: `score(c) = mean A[:, c, ...]` behind the activation function, over all samples and positions, summed
 * over coupled layers; lowest go, ties keep the lower index.
 *
 * @example meanActivation.create(structuredOptions.parse({ ratio: 0.4 }), { include: [], skip: [] })
 */
export const meanActivation = defineTechnique({
  family: 'prune',
  name: 'mean-activation',
  summary: 'Removes the channels whose activations are smallest on average',
  reference:
    'Molchanov et al., Pruning Convolutional Neural Networks for Resource Efficient Inference, arXiv:1611.06440 (mean activation)',
  positional: 'ratio',
  options: structuredOptions,
  needsCalibration: true,
  create: (options, nodes) => structuredPruning('mean-activation', meanActivations, options, nodes),
});
