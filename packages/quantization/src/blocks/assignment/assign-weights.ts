import type { Context } from '@onnx-compress/core';
import type { Model } from '@onnx-compress/graph';
import { findLayers } from '../../layers/find-layers.js';
import { optionNeedsSamples } from '../../messages.js';
import { groupByWeight, type WeightGroup } from '../../placement/weight-group.js';
import type { BlockFormat } from '../block-format.js';
import type { BlockOptions } from '../block-options.js';
import { type Assignment, assignBySamples } from './assign-by-samples.js';
import { roundAtRandom } from './round-at-random.js';
import { scaleInputs } from './scale-inputs.js';

type Method = Pick<BlockOptions, 'method' | 'rounding'>;

const needsSamples = (method: BlockOptions['method']): boolean => method === 'gptq' || method === 'awq';

/** Whether there is work to do before weights are written, with samples or at random. */
export const assignsWeights = ({ method, rounding }: Method): boolean =>
  needsSamples(method) || rounding === 'stochastic';

/**
 * The integers that are not the nearest, by the name of the weight. With `method=awq` there are none: the weights of the
 * model are scaled instead.
 *
 * @throws UsageError where a method needs samples and there are none
 * @throws CancelledError when the signal fires
 */
export async function assignWeights(
  model: Model,
  options: BlockOptions,
  format: BlockFormat,
  context: Context,
  selected: (label: string) => boolean,
): Promise<Assignment> {
  const { method, rounding } = options;
  if (needsSamples(method) && context.calibration === undefined) throw optionNeedsSamples(`method=${method}`);
  const metric = { correctsBiases: options.biasCorrection === 'auto' };
  const groups = () => uniquelyNamed(groupByWeight(findLayers(model, selected).layers));
  if (method === 'gptq') return assignBySamples(model, groups(), format, metric, context);
  const repairs = method === 'awq' ? await scaleInputs(model, format, selected, metric, context) : [];
  const weights = rounding === 'stochastic' ? await roundAtRandom(groups(), format, context) : new Map();
  return { weights, repairs };
}

/** Bodies may give the same name to weights of their own; these keep the nearest integers. */
function uniquelyNamed(groups: readonly WeightGroup[]): readonly WeightGroup[] {
  const names = groups.map(({ weight }) => weight.name);
  return groups.filter(({ weight }) => names.indexOf(weight.name) === names.lastIndexOf(weight.name));
}
