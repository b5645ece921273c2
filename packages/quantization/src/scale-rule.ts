import type { Value } from '@onnx-compress/graph';
import type { ActivationScale } from './activations/activation-scale.js';
import type { StaticPlan } from './placement/static-plan.js';
import type { WeightGroup } from './placement/weight-group.js';
import type { StaticChoice } from './static-choice.js';
import type { Int8Scales } from './weights/int8-weight.js';

/** Restricts the scales of what runs on integers. */
export interface ScaleRule {
  /** Values of a class keep one scale. */
  activations(plan: StaticPlan, scales: ReadonlyMap<Value, ActivationScale>): ReadonlyMap<Value, ActivationScale>;
  /** Of a weight whose layers are all in the plan, with room for their biases. */
  weights(group: WeightGroup, int8: Int8Scales, choice: StaticChoice): Promise<Int8Scales>;
}
