import { elementCount } from '@onnx-compress/graph';
import type { WeightGroup } from './weight-group.js';

/** What may be done with the activations. What `static` leaves over is treated as by `auto`. */
export type Activations = 'auto' | 'static' | 'dynamic' | 'none';

/**
 * How a quantized weight is written:
 * - `static`: between QuantizeLinear and DequantizeLinear with scales known beforehand, for operators on integers;
 * - `dynamic`: activations quantized at run time, integer product;
 * - `gathered`: int8 rows are gathered, then scaled;
 * - `restored`: turned back into floats when the model is loaded.
 *
 * `DequantizeLinear -> MatMul` is not among them: onnxruntime 1.30 fuses it only in some surroundings (not before an Add
 * of a matrix, not in a subgraph with an outer weight) and is 2 to 3 times slower than float32 in all others.
 */
export type Form = 'static' | 'dynamic' | 'gathered' | 'restored';

/** Elements from which the dynamic product wins: 128x128 1.1 to 1.4x the speed of float32, 64x64 0.9 to 1.1x. */
const DYNAMIC_FROM = 128 * 128;

/**
 * Elements from which a table stays integers in memory: the nodes that scale the gathered rows take about 5 us of each
 * inference, and a table that is restored at load takes four times the memory.
 */
const GATHERED_FROM = 1 << 20;

/** Default-domain opset that a form needs. */
export const REQUIRED_OPSET: Readonly<Record<Form, number>> = { static: 13, dynamic: 11, gathered: 7, restored: 7 };

/** The fastest form without known activation scales, as far as the model's opset allows. */
export function chooseForm(group: WeightGroup, activations: Activations, opset: number): Exclude<Form, 'static'> {
  const form = preferredForm(group, activations);
  return opset >= REQUIRED_OPSET[form] ? form : 'restored';
}

/** The form to choose when the opset does not matter. */
export function preferredForm({ use, tensor }: WeightGroup, activations: Activations): Exclude<Form, 'static'> {
  if (use.kind === 'rows') return elementCount(tensor.dims) >= GATHERED_FROM ? 'gathered' : 'restored';
  if (use.kind !== 'matrix' || tensor.dataType !== 'float32' || activations === 'none') return 'restored';
  return activations === 'dynamic' || elementCount(tensor.dims) >= DYNAMIC_FROM ? 'dynamic' : 'restored';
}
