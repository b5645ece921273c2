import { defineTechnique, yieldToEventLoop } from '@onnx-compress/core';
import { distanceSums, normPerChannel } from '@onnx-compress/math';
import { structuredPruning } from '../structured-pruning.js';
import { structuredOptions } from './options.js';
import { overProducers } from './sum-over-weights.js';

/** Distances to all filters of the layer. One filter that is not finite spoils all sums; its norm tells which it is. */
export const distancesToOthers = overProducers(async (values, layout, { signal }) => {
  const sums = await distanceSums(values, layout, () => yieldToEventLoop(signal));
  return sums.every(Number.isFinite) ? sums : normPerChannel(values, layout, 1);
});

/**
 * Filter pruning via geometric median: `score(c) = sum_j |W[c] - W[j]|_2` over the raw filters of the layer, summed over
 * coupled layers; lowest go (the others can stand in for them), ties keep the lower index.
 *
 * @example geometricMedian.create({ ratio: 0.4, round: 'auto', minKeep: 0.2 }, { include: [], skip: [] })
 */
export const geometricMedian = defineTechnique({
  family: 'prune',
  name: 'geometric-median',
  summary: 'Removes the channels whose weights are closest to those of all others, and so can be replaced',
  reference: 'He et al., Filter Pruning via Geometric Median for Deep CNNs Acceleration, arXiv:1811.00250',
  positional: 'ratio',
  options: structuredOptions,
  needsCalibration: false,
  create: (options, nodes) => structuredPruning('geometric-median', distancesToOthers, options, nodes),
});
