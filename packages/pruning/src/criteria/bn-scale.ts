import { defineTechnique } from '@onnx-compress/core';
import { normPerChannel } from '@onnx-compress/math';
import type { Companion } from '../groups/members.js';
import { noBatchNormalization, someWithoutBatchNormalization } from '../reasons.js';
import { structuredPruning } from '../structured-pruning.js';
import { eachGroup } from './criterion.js';
import { structuredOptions } from './options.js';
import { sumOverWeights } from './sum-over-weights.js';

function isScale({ node, input }: Companion): boolean {
  return node.opType === 'BatchNormalization' && input === 1;
}

/** The magnitudes of the scales of all BatchNormalizations over the group's channels. */
export const scaleMagnitudes = eachGroup(async (group, context) => {
  const scales = group.companions.filter(isScale);
  if (scales.length === 0) return { kind: 'unscored', reason: noBatchNormalization() };
  const scaled = new Set(scales.flatMap(({ unitOf }) => [...unitOf.values()]));
  if (scaled.size < group.units) return { kind: 'unscored', reason: someWithoutBatchNormalization() };
  return sumOverWeights(group, scales, (values, layout) => normPerChannel(values, layout, 1), context);
});

/**
 * Network slimming: `score(c) = |gamma[c]|` of the BatchNormalization behind the channels, summed where several scale
 * them; lowest go, ties keep the lower index. A layer without BatchNormalization is left whole and listed.
 *
 * @example bnScale.create({ ratio: 0.4, round: 'auto', minKeep: 0.2 }, { include: [], skip: [] })
 */
export const bnScale = defineTechnique({
  family: 'prune',
  name: 'bn-scale',
  summary: 'Removes the channels that their BatchNormalization scales down most',
  reference: 'Liu et al., Learning Efficient Convolutional Networks through Network Slimming, arXiv:1708.06519',
  positional: 'ratio',
  options: structuredOptions,
  needsCalibration: false,
  create: (options, nodes) => structuredPruning('bn-scale', scaleMagnitudes, options, nodes),
});
