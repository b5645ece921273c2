import { type Node, readFloats, readIndices, weightBehind } from '@onnx-compress/graph';
import { type Integers, integersAt, onlyReader, quantizedOutput } from '../../emission/operators/operands.js';
import { isRedundant } from '../../emission/operators/redundant-activation.js';
import type { IntegerResult, IntegerValue } from './site.js';

/** What a DequantizeLinear in front of a node reads, with one scale; undefined for anything else. */
export async function valueAt(node: Node, index: number): Promise<IntegerValue | undefined> {
  const integers = integersAt(node, index);
  return integers && integerValue(node, integers);
}

/** What a QuantizeLinear behind a node gives, where the activation function between has nothing left to do. */
export async function resultOf(node: Node, index = 0): Promise<IntegerResult | undefined> {
  const output = quantizedOutput(node, index);
  if (output === undefined || (output.activation && !(await isRedundant(output.activation, output)))) return undefined;
  const value = await integerValue(node, output);
  return value && { ...value, folded: [...(output.activation ? [output.activation] : []), output.quantize] };
}

/** The same behind an Add of a bias, which is folded too. */
export async function resultBehind(node: Node, bias: Node | undefined): Promise<IntegerResult | undefined> {
  const result = await resultOf(bias ?? node);
  return result && bias ? { ...result, folded: [bias, ...result.folded] } : result;
}

/** The Add that alone reads a product, and adds integers to it; with the input that reads them. */
export function biasBehind(node: Node): { readonly add: Node; readonly index: number } | undefined {
  const add = onlyReader(node.output(0));
  if (add?.opType !== 'Add') return undefined;
  const index = add.inputs[0] === node.outputs[0] ? 1 : 0;
  const type = weightBehind(add.input(index)?.producer?.input(0))?.tensor.dataType;
  return type === 'int32' ? { add, index } : undefined;
}

/** What a DequantizeLinear reads, with one scale. */
export async function integersRead(dequantize: Node): Promise<IntegerValue | undefined> {
  const [values = '', scale = '', zeroPoint = ''] = dequantize.inputs;
  return integerValue(dequantize, { values, scale, zeroPoint });
}

/** What a QuantizeLinear gives, with one scale. */
export async function integersGiven(quantize: Node): Promise<IntegerValue | undefined> {
  const [, scale = '', zeroPoint = ''] = quantize.inputs;
  const [values = ''] = quantize.outputs;
  return integerValue(quantize, { values, scale, zeroPoint });
}

async function integerValue(node: Node, { values, scale, zeroPoint }: Integers): Promise<IntegerValue | undefined> {
  const scales = weightBehind(node.graph.value(scale))?.tensor;
  const zero = weightBehind(node.graph.value(zeroPoint))?.tensor;
  if (scales === undefined || (zero?.dataType !== 'uint8' && zero?.dataType !== 'int8')) return undefined;
  const [step, ...others] = await readFloats(scales);
  const [zeroPointNumber = 0] = await readIndices(zero);
  if (step === undefined || others.length > 0) return undefined;
  return { name: values, dataType: zero.dataType, scale: step, zeroPoint: zeroPointNumber, zeroPointName: zeroPoint };
}
