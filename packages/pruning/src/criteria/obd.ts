import { defineTechnique } from '@onnx-compress/core';
import { byGrams } from '../grams/by-grams.js';
import { fromContributions } from '../grams/summed-contributions.js';
import { structuredPruning } from '../structured-pruning.js';
import type { Criterion } from './criterion.js';
import { structuredOptions } from './options.js';

/** Half of what the outputs of the layers behind lose, with each unit alone. */
export const lossesAlone: Criterion = byGrams((units) =>
  fromContributions(units, (products) =>
    Float64Array.from({ length: units }, (_, unit) => Math.max(0, products[unit * (units + 1)] ?? 0) / 2),
  ),
);

/**
 * Optimal Brain Damage for whole channels, with the Hessian of the layers behind: `score = tr(W_B H_BB W_B^T) / 2`, H being
 * the Gram matrix of what the layer is fed with, about its mean, and B the columns of its weight matrix that read the
 * channel; as a part of the energy of the layer's output, summed over the layers that read it. Lowest go.
 *
 * @example obd.create(structuredOptions.parse({ ratio: 0.4 }), { include: [], skip: [] })
 */
export const obd = defineTechnique({
  family: 'prune',
  name: 'obd',
  summary: 'Removes the channels without which the outputs of the next layer change least',
  reference:
    'LeCun, Denker and Solla, Optimal Brain Damage, NIPS 1989, with the Hessian of the error of the next layer in place of that of the loss',
  positional: 'ratio',
  options: structuredOptions,
  needsCalibration: true,
  create: (options, nodes) => structuredPruning('obd', lossesAlone, options, nodes),
});
