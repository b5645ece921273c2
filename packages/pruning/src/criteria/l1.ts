import { defineTechnique } from '@onnx-compress/core';
import { structuredPruning } from '../structured-pruning.js';
import { structuredOptions } from './options.js';
import { weightNorm } from './weight-norm.js';

/**
 * L1 norm: `score(c) = sum |W[c, ...]|` over all other axes of the weight, per layer, summed over coupled layers; lowest go,
 * ties keep the lower index.
 *
 * @example l1.create({ ratio: 0.4, round: 'auto', minKeep: 0.2 }, { include: [], skip: [] })
 */
export const l1 = defineTechnique({
  family: 'prune',
  name: 'l1',
  summary: 'Removes the channels whose weights have the smallest sum of magnitudes',
  reference: 'Li et al., Pruning Filters for Efficient ConvNets, arXiv:1608.08710',
  positional: 'ratio',
  options: structuredOptions,
  needsCalibration: false,
  create: (options, nodes) => structuredPruning('l1', weightNorm(1), options, nodes),
});
