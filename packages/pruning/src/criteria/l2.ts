import { defineTechnique } from '@onnx-compress/core';
import { structuredPruning } from '../structured-pruning.js';
import { structuredOptions } from './options.js';
import { weightNorm } from './weight-norm.js';

/**
 * L2 norm: `score(c) = sqrt(sum W[c, ...]^2)` over all other axes of the weight, per layer, summed over coupled layers; lowest go,
 * ties keep the lower index.
 *
 * @example l2.create({ ratio: 0.4, round: 'auto', minKeep: 0.2 }, { include: [], skip: [] })
 */
export const l2 = defineTechnique({
  family: 'prune',
  name: 'l2',
  summary: 'Removes the channels whose weights have the smallest Euclidean norm',
  reference:
    'Molchanov et al., Pruning Convolutional Neural Networks for Resource Efficient Inference, arXiv:1611.06440 (minimum weight)',
  positional: 'ratio',
  options: structuredOptions,
  needsCalibration: false,
  create: (options, nodes) => structuredPruning('l2', weightNorm(2), options, nodes),
});
