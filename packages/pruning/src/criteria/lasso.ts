import { defineTechnique, yieldToEventLoop } from '@onnx-compress/core';
import { lassoEntries } from '@onnx-compress/math';
import { byGrams } from '../grams/by-grams.js';
import { fromContributions } from '../grams/summed-contributions.js';
import { structuredPruning } from '../structured-pruning.js';
import type { Criterion } from './criterion.js';
import { structuredOptions } from './options.js';

/** The sums of the rows of a square matrix. */
function rowSums(matrix: Float64Array, size: number): Float64Array {
  return Float64Array.from({ length: size }, (_, row) =>
    matrix.subarray(row * size, (row + 1) * size).reduce((sum, value) => sum + value, 0),
  );
}

/** The strength of the penalty up to which each unit has a coefficient. */
export const lassoStrengths: Criterion = byGrams((units, { signal }) =>
  fromContributions(units, (products) =>
    lassoEntries(products, rowSums(products, units), units, () => yieldToEventLoop(signal)),
  ),
);

/**
 * LASSO channel selection: the outputs of the next layer are written as a combination of what its channels add,
 * `min |Y - sum_i beta_i X_i W_i^T|^2 / 2 + lambda |beta|_1`, and channels whose factor becomes 0 go. The score is the
 * largest lambda at which a channel has a factor: those that go with the weakest penalty go first.
 *
 * @example lasso.create(structuredOptions.parse({ ratio: 0.4 }), { include: [], skip: [] })
 */
export const lasso = defineTechnique({
  family: 'prune',
  name: 'lasso',
  summary: 'Removes the channels that a sparse combination does without when it rebuilds what the next layer computes',
  reference: 'He et al., Channel Pruning for Accelerating Very Deep Neural Networks, arXiv:1707.06168',
  positional: 'ratio',
  options: structuredOptions,
  needsCalibration: true,
  create: (options, nodes) => structuredPruning('lasso', lassoStrengths, options, nodes),
});
