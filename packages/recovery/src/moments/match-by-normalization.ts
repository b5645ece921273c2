import type { Context, LayerRepair } from '@onnx-compress/core';
import { present } from '@onnx-compress/graph';
import { Expectations } from '../expectations/expectations.js';
import { fromNormalization } from '../expectations/origin.js';
import { channelAxisOf } from '../layers/contraction.js';
import { type LinearLayer, linearLayer } from '../layers/linear-layer.js';
import type { ModelPair } from '../model-pair.js';
import { expectedVariance } from './expected-variance.js';
import { normalizationOf, rescaleNormalization } from './normalization.js';
import { computedStatistics, unknownInputs } from './reasons.js';
import { boundedScale, type Rescaling } from './rescaling.js';
import { type Target, targetsIn } from './target.js';

/** The expected variances of the output channels; undefined where they are not known for every input channel. */
async function varianceOf(layer: LinearLayer, expectations: Expectations): Promise<Float64Array | undefined> {
  const inputs = await expectations.of(layer.data);
  if (inputs === undefined || inputs.axis !== channelAxisOf(layer.node, inputs.axis + 1)) return undefined;
  if (inputs.variance.length !== layer.inputs * layer.contraction.groups) return undefined;
  return inputs.variance.every(Number.isFinite) ? expectedVariance(layer, inputs.variance) : undefined;
}

/** What each channel of a normalization has to be stretched by around its bias, which is its mean. */
function stretched(bias: Float64Array, ratios: Float64Array): Rescaling {
  const scale = ratios.map((ratio) => boundedScale(Number.isFinite(ratio) ? Math.sqrt(ratio) : 1));
  return { scale, shift: bias.map((mean, channel) => mean * (1 - present(scale[channel], 'scale'))) };
}

interface Sides {
  readonly before: Expectations;
  readonly after: Expectations;
}

async function repair(target: Target, { before, after }: Sides): Promise<Pick<LayerRepair, 'method' | 'reason'>> {
  const { normalization, node, original, kept } = target;
  const parameters = normalization && (await normalizationOf(normalization));
  const layer = linearLayer(node);
  if (normalization === undefined || parameters === undefined || layer === undefined)
    return { method: undefined, reason: computedStatistics() };
  const [wanted, own] = [await varianceOf(original, before), await varianceOf(layer, after)];
  if (wanted === undefined || own === undefined) return { method: undefined, reason: unknownInputs() };
  const ratios = own.map((variance, channel) => (wanted[present(kept[channel], 'channel')] ?? 0) / variance);
  const done = await rescaleNormalization(normalization, stretched(parameters.bias, ratios));
  return done ? { method: 'mean-variance' } : { method: undefined, reason: computedStatistics() };
}

/**
 * Restores deviations behind removed channels without samples, where BatchNormalization nodes are left. Scale and bias of
 * each tell deviation and mean of what it computes. From those and the weights follows by what factor the variance of the
 * next one's input fell, as if channels and positions were independent, and its running variance falls by the same. Its
 * running mean stays: the means of removed channels must be in the biases already. Without samples nothing tells how good
 * this is, so that no errors are reported, and layers without a normalization directly behind them are left out.
 *
 * @returns what was done for each layer, in the order of execution
 * @example
 * const repairs = await matchMomentsByNormalization({ original, changed, kept }, context);
 */
export async function matchMomentsByNormalization(
  pair: ModelPair,
  { shapes, dims, signal }: Pick<Context, 'shapes' | 'dims' | 'signal'>,
): Promise<readonly LayerRepair[]> {
  const [typesBefore, typesAfter] = [
    await shapes.infer(pair.original, new Map(dims), signal),
    await shapes.infer(pair.changed, new Map(dims), signal),
  ];
  const sides = {
    before: new Expectations(typesBefore, fromNormalization),
    after: new Expectations(typesAfter, fromNormalization),
  };
  const repairs: LayerRepair[] = [];
  for (const { node, target } of await targetsIn(pair, typesBefore)) {
    if (target?.normalization === undefined) continue;
    repairs.push({ node: node.label, ...(await repair(target, sides)) });
  }
  return repairs;
}
