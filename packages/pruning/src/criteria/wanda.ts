import { ChannelSums, defineTechnique, yieldToEventLoop } from '@onnx-compress/core';
import { channelLayout, magnitudesTimesInputs, normPerChannel } from '@onnx-compress/math';
import { measureDistinct, onePass } from '../activations/statistic.js';
import { inputLayout } from '../activations/weighted-layer.js';
import type { Computing } from '../groups/members.js';
import { weightValues } from '../groups/weight-values.js';
import { inputNotObserved } from '../reasons.js';
import { structuredPruning } from '../structured-pruning.js';
import type { Criterion } from './criterion.js';
import { structuredOptions } from './options.js';
import { type ChannelPart, unitSums } from './unit-sums.js';

/** The Euclidean norm of each channel over all samples and positions. */
const norms = onePass(
  (value) => new ChannelSums(value, 'squares'),
  ({ sums }) => sums.map(Math.sqrt),
);

/** Sums of weight magnitudes times the norms of their inputs, once for each node that reads the weight. */
async function weightedMagnitudes(
  { weight, axis, unitOf, inputs }: Computing,
  normsOf: (input: Computing['inputs'][number]) => Float64Array,
): Promise<readonly ChannelPart[]> {
  const values = await weightValues(weight);
  const { dims } = weight.tensor;
  return inputs.map((input) => {
    const products = magnitudesTimesInputs(values, inputLayout(input.layer, dims), normsOf(input));
    const scores = normPerChannel(products, channelLayout(dims, axis), 1);
    return { node: input.layer.node, name: weight.name, scores, unitOf };
  });
}

/** The Wanda scores of the weights that compute each channel, summed. */
export const weightedInputs: Criterion = async (groups, context) => {
  const inputs = groups.flatMap(({ producers }) => producers.flatMap((producer) => producer.inputs));
  const observed = inputs.map(({ value }) => value);
  const measured = await measureDistinct(observed, norms, context);
  const scored = [];
  for (const { units, producers } of groups) {
    await yieldToEventLoop(context.signal);
    if (producers.some((producer) => producer.inputs.length === 0)) {
      scored.push({ kind: 'unscored', reason: inputNotObserved() } as const);
      continue;
    }
    const parts: ChannelPart[] = [];
    for (const producer of producers)
      parts.push(...(await weightedMagnitudes(producer, ({ value }) => measured(value))));
    scored.push({ kind: 'scored', perUnit: unitSums(units, parts) } as const);
  }
  return scored;
};

/**
 * Wanda, summed over filters: `score(c) = sum_j |W[c, j, ...]| * |X_j|_2`, where `X_j` is input channel j of the layer over
 * all samples and positions, summed over coupled layers; lowest go, ties keep the lower index. The paper compares the
 * single products within an output row and masks weights; here a channel is judged by the sum of its row.
 *
 * @example wanda.create(structuredOptions.parse({ ratio: 0.4 }), { include: [], skip: [] })
 */
export const wanda = defineTechnique({
  family: 'prune',
  name: 'wanda',
  summary: 'Removes the channels whose weights are smallest where their inputs are large',
  reference: 'Sun et al., A Simple and Effective Pruning Approach for Large Language Models, arXiv:2306.11695',
  positional: 'ratio',
  options: structuredOptions,
  needsCalibration: true,
  create: (options, nodes) => structuredPruning('wanda', weightedInputs, options, nodes),
});
