import { elementCount } from '@onnx-compress/graph';
import type { WeightGroup } from './weight-group.js';

/** What may be done with the activations; static ranges need calibration and are not offered by these schemes. */
export type Activations = 'auto' | 'dynamic' | 'none';

/**
 * How a quantized weight is written:
 * - `dynamic`: activations quantized at run time, integer product;
 * - `gathered`: int8 rows are gathered, then scaled;
 * - `restored`: turned back into floats when the model is loaded.
 *
 * `DequantizeLinear -> MatMul` is not among them: onnxruntime 1.30 fuses it only in some surroundings (not before
 * Add and Relu, not in a subgraph with an outer weight) and is 2 to 3 times slower than float32 in all others.
 */
export type Form = 'dynamic' | 'gathered' | 'restored';

/** Elements from which the dynamic product wins: 128x128 1.1 to 1.4x the speed of float32, 64x64 0.9 to 1.1x. */
const DYNAMIC_FROM = 128 * 128;

/** Default-domain opset that a form needs. */
export const REQUIRED_OPSET: Readonly<Record<Form, number>> = { dynamic: 11, gathered: 7, restored: 7 };

/** The fastest form for a weight, as far as the model's opset allows. */
export function chooseForm(group: WeightGroup, activations: Activations, opset: number): Form {
  const form = preferredForm(group, activations);
  return opset >= REQUIRED_OPSET[form] ? form : 'restored';
}

/** The form to choose when the opset does not matter. */
export function preferredForm({ use, tensor }: WeightGroup, activations: Activations): Form {
  if (use.kind === 'rows') return 'gathered';
  if (use.kind !== 'matrix' || tensor.dataType !== 'float32' || activations === 'none') return 'restored';
  return activations === 'dynamic' || elementCount(tensor.dims) >= DYNAMIC_FROM ? 'dynamic' : 'restored';
}
