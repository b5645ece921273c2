import { defineTechnique, yieldToEventLoop } from '@onnx-compress/core';
import { type ChannelLayout, distanceSums, normPerChannel, productDistanceSums } from '@onnx-compress/math';
import { structuredPruning } from '../structured-pruning.js';
import type { ScoringContext } from './criterion.js';
import { structuredOptions } from './options.js';
import { overProducers } from './sum-over-weights.js';

/**
 * Multiplications from which on matrix products pay: below, loops in JavaScript are done in 5 ms or less.
 */
const LARGE = 2 ** 24;

function isLarge({ outer, channels, inner }: ChannelLayout): boolean {
  return channels >= 64 && channels * channels * outer * inner >= LARGE;
}

/** Sums of distances, by matrix products where the layer is large and single precision can hold it. */
async function sumsOfDistances(
  values: Float32Array,
  layout: ChannelLayout,
  { gemm, signal }: ScoringContext,
): Promise<Float64Array> {
  const sums = isLarge(layout)
    ? await productDistanceSums(values, layout, (left, right, use) =>
        gemm.rowProducts(left, right, (products) => use(products.values), signal),
      )
    : undefined;
  return sums ?? distanceSums(values, layout, () => yieldToEventLoop(signal));
}

/** Distances to all filters of the layer. One filter that is not finite spoils all sums; its norm tells which it is. */
export const distancesToOthers = overProducers(async (values, layout, context) => {
  const sums = await sumsOfDistances(values, layout, context);
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
