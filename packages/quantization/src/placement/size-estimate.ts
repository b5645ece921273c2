import { elementCount, type NodeSpec } from '@onnx-compress/graph';
import { nodeBytes, tensorBytes } from '../file-cost.js';
import type { Form } from './choose-form.js';
import type { WeightGroup } from './weight-group.js';

const SCALE_BYTES = 4;

/** Bytes of a weight in the file before and, estimated, after quantization, with all nodes that come with it. */
export interface SizeEstimate {
  readonly bytesBefore: number;
  readonly bytesAfter: number;
}

/** Counts the int8 data, the scales and what the added nodes take in the file. */
export function estimateSize(group: WeightGroup, form: Form, channels: number): SizeEstimate {
  const { weight, tensor, layers } = group;
  const { name } = weight;
  const rank = tensor.dims.length;
  const stored =
    tensorBytes(`${name}_quantized`, rank, elementCount(tensor.dims)) +
    tensorBytes(`${name}_scale`, rank, channels * SCALE_BYTES);
  const copies = form === 'restored' ? 1 : layers.length;
  const nodes = addedOperators(form).reduce((sum, opType) => sum + nodeBytes(typicalNode(opType, name)), 0);
  return { bytesBefore: tensorBytes(name, rank, tensor.byteLength), bytesAfter: stored + copies * nodes };
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

/** A node as the emission writes it: named after its type, two inputs and an output named after the weight. */
function typicalNode(opType: string, name: string): NodeSpec {
  const value = `${name}_quantized`;
  return { opType, name: `${opType}_100`, inputs: [value, value], outputs: [value], attributes: { to: { int: 1 } } };
}
