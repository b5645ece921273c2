import { ChannelSums, defineTechnique } from '@onnx-compress/core';
import { z } from 'zod';
import { onePass } from '../activations/statistic.js';
import { neverZero } from '../reasons.js';
import { structuredPruning } from '../structured-pruning.js';
import { costsForLatency, hasAmount, measuredForBudget, onlyOneAmount, structuredFields } from './options.js';
import { asScores, overActivations } from './over-activations.js';

const zeroParts = onePass(
  (value) => new ChannelSums(value, 'zeros'),
  ({ sums, count }) => sums.map((zeros) => zeros / count),
);

/** The part of each channel's activations that is not zero, so that the lowest go; minus a constant, the APoZ. */
export const nonZeroParts = overActivations(zeroParts, (zeros) =>
  zeros.some((part) => part > 0) ? asScores(zeros.map((part) => 1 - part)) : { kind: 'unscored', reason: neverZero() },
);

/**
 * Average percentage of zeros: `APoZ(c) = part of A[:, c, ...] that is 0` behind the activation function, over all samples
 * and positions, summed over coupled layers; **highest go**, ties keep the lower index. With `rule=mean-plus-sigma` those
 * above the mean of the layer plus one standard deviation go, in place of a ratio. A layer without any zero is left
 * whole.
 *
 * @example apoz.create({ ...structuredOptions.parse({ ratio: 0.4 }), rule: undefined }, { include: [], skip: [] })
 */
export const apoz = defineTechnique({
  family: 'prune',
  name: 'apoz',
  summary: 'Removes the channels whose activations are zero most often',
  reference:
    'Hu et al., Network Trimming: A Data-Driven Neuron Pruning Approach towards Efficient Deep Architectures, arXiv:1607.03250',
  positional: 'ratio',
  options: structuredFields
    .extend({
      rule: z
        .literal('mean-plus-sigma')
        .optional()
        .describe('removes the channels above mean plus one standard deviation of the layer; instead of a ratio'),
    })
    .refine(({ rule, ...options }) => (rule !== undefined) !== hasAmount(options), {
      message: 'needs a ratio (apoz:0.4), a budget, or rule=mean-plus-sigma, and only one of them.',
    })
    .refine(onlyOneAmount.test, onlyOneAmount.message)
    .refine(costsForLatency.test, costsForLatency.message)
    .refine(measuredForBudget.test, measuredForBudget.message),
  needsCalibration: true,
  create: ({ rule: _rule, ...options }, nodes) => structuredPruning('apoz', nonZeroParts, options, nodes),
});
