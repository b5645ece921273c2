import { elementCount, type NodeSpec } from '@onnx-compress/graph';
import { nodeBytes, tensorBytes } from '../file-cost.js';
import { isFine, PER_BYTE } from '../weights/fine-weight.js';
import type { Int8Scales } from '../weights/int8-weight.js';
import type { Form } from './choose-form.js';
import type { WeightGroup } from './weight-group.js';

const SCALE_BYTES = 4;

/** Bytes of a weight in the file before and, estimated, after quantization, with all nodes that come with it. */
export interface SizeEstimate {
  readonly bytesBefore: number;
  readonly bytesAfter: number;
}

/** Counts the integers, the scales and what the added nodes take in the file. */
export function estimateSize(group: WeightGroup, form: Form, int8: Int8Scales): SizeEstimate {
  const { scales, zeroPoints } = int8;
  const { weight, tensor, layers } = group;
  const { name } = weight;
  const rank = tensor.dims.length;
  const stored =
    tensorBytes(`${name}_quantized`, rank, elementCount(tensor.dims)) +
    tensorBytes(`${name}_scale`, rank, scales.length * SCALE_BYTES) +
    (zeroPoints === undefined ? 0 : tensorBytes(`${name}_zero_point`, rank, zeroPoints.length)) +
    (isFine(int8) ? fineBytes(group) : 0);
  const operators = [...addedOperators(form), ...(zeroPoints === undefined ? [] : zeroPointOperators(form))];
  const copies = form === 'restored' ? 1 : layers.length;
  const nodes = operators.reduce((sum, opType) => sum + nodeBytes(typicalNode(opType, name)), 0);
  return { bytesBefore: tensorBytes(name, rank, tensor.byteLength), bytesAfter: stored + copies * nodes };
}

/** What two bits more for each number take, with the nodes that add them. */
function fineBytes({ weight: { name }, tensor: { dims } }: WeightGroup): number {
  const operators = ['Cast', 'Mul', 'Floor', 'Mod', 'Div', 'Reshape', 'Add'];
  const constants = tensorBytes(`${name}_shifts`, 2, 16) + tensorBytes(`${name}_steps`, 0, 4);
  const nodes = operators.reduce((sum, opType) => sum + nodeBytes(typicalNode(opType, name)), 0);
  const shape = tensorBytes(`${name}_shape`, 1, 8 * dims.length);
  return tensorBytes(`${name}_remainders`, 1, elementCount(dims) / PER_BYTE) + constants + shape + nodes;
}

function addedOperators(form: Form): readonly string[] {
  switch (form) {
    case 'static':
      return ['DequantizeLinear'];
    case 'restored':
      return ['Cast', 'Mul'];
    case 'gathered':
      return ['Gather', 'Gather', 'Cast'];
    case 'dynamic':
      return ['DynamicQuantizeLinear', 'MatMulInteger', 'Cast', 'Mul'];
  }
}

/** What takes the zero point off again; MatMulInteger does it by itself. */
function zeroPointOperators(form: Form): readonly string[] {
  if (form === 'restored') return ['Cast', 'Sub'];
  return form === 'gathered' ? ['Gather', 'Cast', 'Sub'] : [];
}

/** A node as the emission writes it: named after its type, two inputs and an output named after the weight. */
function typicalNode(opType: string, name: string): NodeSpec {
  const value = `${name}_quantized`;
  return { opType, name: `${opType}_100`, inputs: [value, value], outputs: [value], attributes: { to: { int: 1 } } };
}
