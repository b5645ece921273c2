import { defineTechnique } from '@onnx-compress/core';
import { greedyOrder } from '@onnx-compress/math';
import { byGrams } from '../grams/by-grams.js';
import { scoresInOrder } from '../grams/scores-in-order.js';
import { fromContributions } from '../grams/summed-contributions.js';
import { structuredPruning } from '../structured-pruning.js';
import type { Criterion } from './criterion.js';
import { structuredOptions } from './options.js';

/** Units in the order in which they go, each with what the energy that is lost grows by. */
function growth(products: Float64Array, units: number): Float64Array {
  const { order, errors } = greedyOrder(products, units);
  const costs = errors.map((error, index) => error - (errors[index - 1] ?? 0));
  return scoresInOrder([...order], [...costs]);
}

/** What the units add to the energy of the outputs that is lost, one after the other. */
export const greedyCosts: Criterion = byGrams((units) => fromContributions(units, growth));

/**
 * ThiNet: goes through the channels greedily, each time taking the one with which the sum of all that were taken changes
 * the outputs of the next layer least: `|sum of z_j over T|^2`, `z_j` being what the layer makes of channel j, about its
 * mean. Those taken first go first.
 *
 * @example thinet.create(structuredOptions.parse({ ratio: 0.4 }), { include: [], skip: [] })
 */
export const thinet = defineTechnique({
  family: 'prune',
  name: 'thinet',
  summary: 'Removes the channels whose sum the outputs of the next layer miss least',
  reference: 'Luo et al., ThiNet: A Filter Level Pruning Method for Deep Neural Network Compression, arXiv:1707.06342',
  positional: 'ratio',
  options: structuredOptions,
  needsCalibration: true,
  create: (options, nodes) => structuredPruning('thinet', greedyCosts, options, nodes),
});
