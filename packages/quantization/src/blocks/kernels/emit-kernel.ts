import { type AttributeValue, type Node, present } from '@onnx-compress/graph';
import { type MatrixProduct, matrixProduct } from '../../emission/matrix-product.js';
import { become, outputName } from '../../emission/rewrite-node.js';
import type { WeightGroup } from '../../placement/weight-group.js';
import type { Kernel } from './choose-kernel.js';
import type { StoredBlocks } from './stored-blocks.js';

/** Domain of onnxruntime's own operators. */
const MICROSOFT = 'com.microsoft';

/** Activations are rounded to int8 in blocks too: the only level with fast kernels, and onnxruntime's own default. */
const ACCURACY_LEVEL = 4;

/** An operator in place of a node, or in front of it. */
interface Operator {
  readonly opType: string;
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly attributes: Readonly<Record<string, AttributeValue>>;
}

/** Rewrites all layers of a weight to read its blocks. */
export function emitKernel(kernel: Kernel, group: WeightGroup, stored: StoredBlocks): void {
  for (const { node } of group.layers) {
    if (kernel === 'gathered') turnInto(node, gathering(node, stored));
    else multiply(node, kernel, stored);
    if (kernel !== 'qdq') importMicrosoft(node);
  }
}

function gathering(node: Node, stored: StoredBlocks): Operator {
  const [integers = '', ...parameters] = stored.rowwise();
  const { blockSize } = stored.chosen.format;
  return {
    opType: 'GatherBlockQuantized',
    domain: MICROSOFT,
    inputs: [integers, present(node.inputs[1], `indices of ${node.label}`), ...parameters],
    attributes: ints({ block_size: blockSize, gather_axis: 0, quantize_axis: 1 }),
  };
}

function multiply(node: Node, kernel: 'qdq' | 'matmulnbits', stored: StoredBlocks): void {
  const product = matrixProduct(node);
  const operator = kernel === 'qdq' ? plainProduct(node, product, stored) : ownProduct(product, stored);
  if (product.bias === undefined) turnInto(node, operator);
  else become(node, 'Add', [addBefore(node, operator, 'product'), product.bias]);
}

function plainProduct(node: Node, { left, factor }: MatrixProduct, stored: StoredBlocks): Operator {
  const restored = addBefore(
    node,
    {
      opType: 'DequantizeLinear',
      domain: '',
      inputs: stored.columnwise(factor),
      attributes: ints({ axis: 0, block_size: stored.chosen.format.blockSize }),
    },
    'weight',
  );
  return { opType: 'MatMul', domain: '', inputs: [left.name, restored], attributes: {} };
}

function ownProduct({ left, factor }: MatrixProduct, stored: StoredBlocks): Operator {
  const { rows, columns, blockSize } = stored.chosen.view.layout;
  const { bits } = stored.chosen.format;
  return {
    opType: 'MatMulNBits',
    domain: MICROSOFT,
    inputs: [left.name, ...stored.inBlobs(factor)],
    attributes: ints({ K: columns, N: rows, bits, block_size: blockSize, accuracy_level: ACCURACY_LEVEL }),
  };
}

/** The node keeps its name and its outputs. */
function turnInto(node: Node, { opType, domain, inputs, attributes }: Operator): void {
  become(node, opType, inputs);
  node.setOp(opType, domain);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
}

function addBefore(node: Node, operator: Operator, purpose: string): string {
  const output = node.graph.uniqueName(`${outputName(node)}_${purpose}`);
  node.graph.addNode({ ...operator, outputs: [output] }, { before: node });
  return output;
}

const ints = (numbers: Readonly<Record<string, number>>): Readonly<Record<string, AttributeValue>> =>
  Object.fromEntries(Object.entries(numbers).map(([name, int]) => [name, { int }]));

function importMicrosoft({ graph: { model } }: Node): void {
  if (model.opset(MICROSOFT) === undefined) model.setOpset(MICROSOFT, 1);
}
