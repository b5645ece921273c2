import type { LayerRepair } from '@onnx-compress/core';
import { present } from '@onnx-compress/graph';
import { applyRescaling } from './apply-rescaling.js';
import { errorsAround } from './output-errors.js';
import type { Measured } from './passes.js';
import { computedBias, noGain, unknownChannels } from './reasons.js';
import { type ChannelMean, type Deviations, rescalingTo } from './rescaling.js';
import type { Target } from './target.js';

/** Below this part of the variance, a difference is rounding. */
const ROUNDING = 1e-9;

function momentsOf({ mean, variance }: ChannelMean, kept: readonly number[]): ChannelMean {
  const pick = (values: Float64Array) => Float64Array.from(kept, (channel) => present(values[channel], 'channel'));
  return { mean: pick(mean), variance: pick(variance) };
}

/**
 * Repairs one layer, where that brings its output closer to the original on the samples held out.
 *
 * @returns undefined where the layer computes what the original does
 */
export async function repairTarget(
  target: Target,
  original: Measured,
  own: Measured,
  deviations: Deviations,
): Promise<LayerRepair | undefined> {
  const { node, kept } = target;
  if (own.rows.columns !== kept.length) return { node: node.label, method: undefined, reason: unknownChannels() };
  const wanted = momentsOf(original.moments, kept);
  const rescaling = rescalingTo(wanted, own.moments, deviations);
  const errors = errorsAround({ rows: original.rows, kept, variance: wanted.variance }, own.rows, rescaling);
  const method = deviations.match ? 'mean-variance' : 'mean';
  if (errors === undefined) return { node: node.label, method, reason: noGain() };
  const { before, after } = errors;
  if (before.difference < ROUNDING) return undefined;
  const report = { node: node.label, method, errorBefore: before.difference } as const;
  if (!(after.distance < before.distance)) return { ...report, errorAfter: after.difference, reason: noGain() };
  if (!(await applyRescaling(target, rescaling))) return { ...report, reason: computedBias() };
  return { ...report, errorAfter: after.difference };
}
