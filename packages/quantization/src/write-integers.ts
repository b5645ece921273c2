import type { Model, Scratch } from '@onnx-compress/graph';
import { dropUnused } from './emission/drop-weight.js';
import { EMISSIONS } from './emission/emissions.js';
import { toOperators } from './emission/operators/to-operators.js';
import { QuantizedActivations } from './emission/quantized-activations.js';
import { quantizeValues } from './emission/static/quantize-values.js';
import type { Int8Options } from './int8-options.js';
import type { WeightGroup } from './placement/weight-group.js';
import type { StaticChoice } from './static-choice.js';
import type { Decision } from './weight-plan.js';
import { StoredWeight } from './weights/stored-weight.js';

/** Writes all weights in their forms, then what lies between static layers: their biases depend on its scales. */
export async function writeIntegers(
  model: Model,
  decisions: ReadonlyMap<WeightGroup, Decision>,
  { plan, scales }: StaticChoice,
  format: Int8Options['format'],
  scratch: Scratch,
): Promise<void> {
  const activations = { dynamic: new QuantizedActivations(), scales };
  for (const [group, { form, int8 }] of decisions) {
    EMISSIONS[form](group, new StoredWeight(group, int8, scratch), activations);
    dropUnused(group.weight);
  }
  quantizeValues(model, plan, scales);
  if (format === 'qoperator') await toOperators(model, plan);
}
