import { defineTechnique } from '@onnx-compress/core';
import type { Node } from '@onnx-compress/graph';
import { channelAxisOf, type LinearLayer, linearLayer, perChannelConstant } from '@onnx-compress/recovery';
import { FilterNorms } from '../activations/filter-norms.js';
import { samplesOf } from '../activations/samples.js';
import type { Computing } from '../groups/members.js';
import type { LayerInput } from '../groups/observations.js';
import { notFilters } from '../reasons.js';
import { structuredPruning } from '../structured-pruning.js';
import type { Criterion, Scores } from './criterion.js';
import { structuredOptions } from './options.js';
import { unlessConstant } from './over-activations.js';
import { type ChannelPart, coverUnits, unitSums } from './unit-sums.js';

/** The bias of each filter; undefined where the graph computes it. A MatMul has none. */
async function biasOf({ node, outputs }: LinearLayer): Promise<Float64Array | undefined> {
  if (node.opType === 'MatMul' || !node.inputs[2]) return new Float64Array(outputs);
  const bias = await perChannelConstant(node.input(2), outputs);
  const factor = node.opType === 'Gemm' ? node.float('beta', 1) : 1;
  return bias?.map((value) => value * factor);
}

async function normsOf({ weight, axis }: Computing, { layer, value }: LayerInput): Promise<FilterNorms | undefined> {
  const linear = linearLayer(layer.node);
  if (linear?.weight !== weight || linear.contraction.outputAxis !== axis) return undefined;
  const bias = await biasOf(linear);
  if (bias === undefined) return undefined;
  const { rank } = value;
  return new FilterNorms({ name: linear.output.name, rank, axis: channelAxisOf(linear.node, rank) }, bias);
}

/** Variances of the norms of what each filter makes of a sample. */
export const filterVariances: Criterion = async (groups, context) => {
  const norms = new Map<Node, FilterNorms>();
  for (const producer of groups.flatMap(({ producers }) => producers)) {
    for (const input of producer.inputs) {
      const own = await normsOf(producer, input);
      if (own !== undefined) norms.set(input.layer.node, own);
    }
  }
  await samplesOf(context, 1).observe([...norms.values()]);
  return groups.map(({ units, producers }): Scores => {
    const parts = producers.flatMap(({ unitOf, inputs }) =>
      inputs.flatMap(({ layer: { node } }): readonly ChannelPart[] => {
        const own = norms.get(node);
        return own === undefined ? [] : [{ node, name: own.output.name, scores: own.variance, unitOf }];
      }),
    );
    const maps = parts.map(({ unitOf }) => unitOf);
    if (!coverUnits(units, maps)) return { kind: 'unscored', reason: notFilters() };
    return unlessConstant(unitSums(units, parts));
  });
};

/**
 * Reduce and reuse: `score(t) = var_n |W[t] * X_n|_F`, how much the norm of what filter t makes of its input varies over
 * the samples n, summed over coupled layers; lowest go, ties keep the lower index. The paper then writes the outputs that
 * went as combinations of those that stay, with a 1x1 convolution; here the weights of the next layer are found anew by
 * least squares (`recover`), which includes every such combination and adds no layer.
 *
 * @example reduceAndReuse.create(structuredOptions.parse({ ratio: 0.4 }), { include: [], skip: [] })
 */
export const reduceAndReuse = defineTechnique({
  family: 'prune',
  name: 'reduce-and-reuse',
  summary: 'Removes the filters that make about the same of every sample; those that stay take over their part',
  reference:
    'Polyak and Wolf, Channel-Level Acceleration of Deep Face Representations, IEEE Access 3 (2015) (reduce and reuse)',
  positional: 'ratio',
  options: structuredOptions,
  needsCalibration: true,
  create: (options, nodes) => structuredPruning('reduce-and-reuse', filterVariances, options, nodes),
});
