import type { Value } from '@onnx-compress/graph';
import type { ActivationScale } from '../activations/activation-scale.js';
import type { Form } from '../placement/choose-form.js';
import type { WeightGroup } from '../placement/weight-group.js';
import type { StoredWeight } from '../weights/stored-weight.js';
import { emitDynamic } from './dynamic-product.js';
import { emitGathered } from './gathered-rows.js';
import type { QuantizedActivations } from './quantized-activations.js';
import { emitRestored } from './restored-weight.js';
import { emitStatic } from './static/emit-static.js';

/** What is known of activations: those that are quantized at run time, and the scales of the others. */
interface Activations {
  readonly dynamic: QuantizedActivations;
  readonly scales: ReadonlyMap<Value, ActivationScale>;
}

/** Rewrites all layers of a weight to read its int8 form. */
type Emission = (group: WeightGroup, stored: StoredWeight, activations: Activations) => void;

/** How each form is written. */
export const EMISSIONS: Readonly<Record<Form, Emission>> = {
  static: (group, stored, { scales }) => emitStatic(group, stored, scales),
  dynamic: (group, stored, { dynamic }) => emitDynamic(group, stored, dynamic),
  gathered: emitGathered,
  restored: emitRestored,
};
