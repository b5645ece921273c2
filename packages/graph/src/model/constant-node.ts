import { onnx } from '#schema';
import { GraphError } from '../error.js';
import { bigFromInt64 } from '../int64.js';
import { memoryTensor, type Tensor } from '../tensor/tensor.js';
import { attributeProto } from './attributes.js';
import { tensorOf } from './encoded-tensor.js';
import { SparseTensor } from './sparse-tensor.js';

/** The attributes, of which a Constant node has exactly one, that hold its value (operator Constant, opset 13). */
const FORMS: ReadonlySet<string> = new Set([
  'value',
  'value_float',
  'value_floats',
  'value_int',
  'value_ints',
  'value_string',
  'value_strings',
  'sparse_value',
]);

const tensors = new WeakMap<onnx.AttributeProto, Tensor>();
const origins = new WeakMap<Tensor, onnx.AttributeProto>();

/** True for a node of the standard domain whose output is a constant stored in the file. */
export function isConstantNode(node: onnx.NodeProto): boolean {
  if (node.opType !== 'Constant' || (node.domain !== '' && node.domain !== 'ai.onnx')) return false;
  return node.attribute.some((attribute) => FORMS.has(attribute.name) && !attribute.refAttrName);
}

/** The tensor of a Constant node; the same attribute always gives the same object. */
export function constantTensor(node: onnx.NodeProto, label: string): Tensor {
  const attribute = node.attribute.find(({ name }) => FORMS.has(name));
  if (!attribute) {
    throw new GraphError('CONSTANT_EMPTY', `Constant node "${label}" has no value`, { node: label });
  }
  const known = tensors.get(attribute);
  if (known) return known;
  const tensor = decode(attribute);
  tensors.set(attribute, tensor);
  origins.set(tensor, attribute);
  return tensor;
}

/** Makes a tensor the value of a Constant node; a tensor that came from a node gets its old attribute back. */
export function installConstant(node: onnx.NodeProto, tensor: Tensor): void {
  const index = node.attribute.findIndex(({ name }) => FORMS.has(name));
  node.attribute[index] = origins.get(tensor) ?? attributeProto('value', { tensor });
}

function decode(attribute: onnx.AttributeProto): Tensor {
  if (attribute.t && attribute.name === 'value') return tensorOf(attribute.t);
  if (attribute.sparseTensor && attribute.name === 'sparse_value') return new SparseTensor(attribute.sparseTensor);
  switch (attribute.name) {
    case 'value_float':
      return memoryTensor('float32', [], bytesOf(Float32Array.of(attribute.f)));
    case 'value_floats':
      return memoryTensor('float32', [attribute.floats.length], bytesOf(Float32Array.from(attribute.floats)));
    case 'value_int':
      return memoryTensor('int64', [], bytesOf(BigInt64Array.of(bigFromInt64(attribute.i))));
    case 'value_ints':
      return memoryTensor('int64', [attribute.ints.length], bytesOf(BigInt64Array.from(attribute.ints, bigFromInt64)));
    default:
      return tensorOf(stringTensor(attribute));
  }
}

function stringTensor(attribute: onnx.AttributeProto): onnx.TensorProto {
  const single = attribute.name === 'value_string';
  const proto = new onnx.TensorProto({ dataType: onnx.TensorProto.DataType.STRING });
  proto.stringData = single ? [attribute.s] : attribute.strings;
  return proto;
}

function bytesOf(array: Float32Array | BigInt64Array): Uint8Array {
  return new Uint8Array(array.buffer);
}
