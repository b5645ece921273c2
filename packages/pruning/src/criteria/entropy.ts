import { defineTechnique } from '@onnx-compress/core';
import { entropy as entropyOf } from '@onnx-compress/math';
import { z } from 'zod';
import { ofItemHistograms } from '../activations/item-histograms.js';
import { structuredPruning } from '../structured-pruning.js';
import { structuredOptions } from './options.js';
import { overActivations, unlessConstant } from './over-activations.js';

/** The entropy of each channel's mean activation over the samples, in nats. */
export const activationEntropies = (bins: number) => overActivations(ofItemHistograms(bins, entropyOf), unlessConstant);

/**
 * Entropy: the activations of every sample are averaged over all positions, the averages of each channel are counted in
 * `bins` equal bins between their smallest and largest, and `score(c) = -sum p log p` of the counts' parts `p`, summed
 * over coupled layers; lowest go, ties keep the lower index. Axis 0 of an activation counts samples.
 *
 * @example entropy.create({ ...structuredOptions.parse({ ratio: 0.4 }), bins: 32 }, { include: [], skip: [] })
 */
export const entropy = defineTechnique({
  family: 'prune',
  name: 'entropy',
  summary: 'Removes the channels whose average activation says least about the sample',
  reference: 'Luo and Wu, An Entropy-based Pruning Method for CNN Compression, arXiv:1706.05791',
  positional: 'ratio',
  options: structuredOptions.safeExtend({
    bins: z.int().min(2).default(32).describe('bins of the histogram of each channel'),
  }),
  needsCalibration: true,
  create: ({ bins, ...options }, nodes) => structuredPruning('entropy', activationEntropies(bins), options, nodes),
});
