import type { Context } from '@onnx-compress/core';
import type { Model, Value } from '@onnx-compress/graph';
import { sampleDims } from '@onnx-compress/recovery';
import { type ActivationScale, activationScale } from './activations/activation-scale.js';
import type { Int8Options } from './int8-options.js';
import type { KnownRanges } from './known-ranges.js';
import type { Layer } from './layers/layer.js';
import { placeStatic } from './placement/regions/place-static.js';
import type { StaticPlan } from './placement/static-plan.js';
import type { ScaleRule } from './scale-rule.js';
import type { WeightScaling } from './weight-plan.js';

/** What runs on integers, and the scale of every value between. */
export interface StaticChoice {
  readonly plan: StaticPlan;
  readonly scales: ReadonlyMap<Value, ActivationScale>;
}

/** How ranges become scales. */
interface StaticRequest {
  readonly options: Int8Options;
  readonly ranges: KnownRanges;
  readonly scaleRule?: ScaleRule | undefined;
  readonly integerOperators?: ReadonlySet<string> | undefined;
}

/** Whether integers between layers are considered at all; the kernels that are fast want signed weights. */
export const mayBeStatic = ({ activations }: Int8Options, integers: WeightScaling['integers']): boolean =>
  integers === 'int8' && (activations === 'auto' || activations === 'static');

/** No layer on integers with known scales. */
export const NOTHING_STATIC: StaticChoice = { plan: { nodes: new Set(), classes: [], skipped: [] }, scales: new Map() };

/**
 * Chooses what runs on integers, where it may, and observes the ranges there; nothing without samples.
 *
 * @throws CancelledError when the signal fires
 */
export async function chooseStatic(
  model: Model,
  layers: readonly Layer[],
  { options, ranges, scaleRule, integerOperators }: StaticRequest,
  context: Context,
): Promise<StaticChoice> {
  const { activations, activationDtype: dataType, symmetric } = options;
  const { calibration, shapes, dims, target, signal } = context;
  if (calibration === undefined) return NOTHING_STATIC;
  const types = await shapes.infer(model, await sampleDims(model, calibration, dims), signal);
  const mode = activations === 'static' ? 'static' : 'auto';
  const plan = placeStatic(model, layers, { types, target, mode, integerOperators });
  const found = await ranges.of(model, plan.classes, { ...context, calibration });
  const observed = plan.classes.flatMap(({ values }, index) => {
    const range = found[index];
    const scale = range && activationScale(range, { dataType, symmetric });
    return scale === undefined ? [] : values.map((value) => [value, scale] as const);
  });
  const scales = new Map(observed);
  return { plan, scales: scaleRule?.activations(plan, scales) ?? scales };
}
