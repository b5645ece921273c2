import type { Form } from '../placement/choose-form.js';
import type { WeightGroup } from '../placement/weight-group.js';
import type { StoredWeight } from '../weights/stored-weight.js';
import { emitDynamic } from './dynamic-product.js';
import { emitGathered } from './gathered-rows.js';
import type { QuantizedActivations } from './quantized-activations.js';
import { emitRestored } from './restored-weight.js';

/** Rewrites all layers of a weight to read its int8 form. */
type Emission = (group: WeightGroup, stored: StoredWeight, activations: QuantizedActivations) => void;

/** How each form is written. */
export const EMISSIONS: Readonly<Record<Form, Emission>> = {
  dynamic: emitDynamic,
  gathered: emitGathered,
  restored: emitRestored,
};
