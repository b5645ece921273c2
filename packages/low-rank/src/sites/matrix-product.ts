import type { Matrix } from '@onnx-compress/core';
import { floatsToTensor, type Node, present, readFloats, type ShapeTable } from '@onnx-compress/graph';
import type { Pause } from '@onnx-compress/math';
import { linearLayer } from '@onnx-compress/recovery';
import { scaled, transposed } from '../engine/paced-copies.js';
import * as reasons from '../reasons.js';
import { vectorsIn } from './known-sizes.js';
import { isRefusal, type LayerWeight, layerWeight, ownWeight } from './layer-weight.js';
import type { Cost, Factors, MatrixSite, Refusal, SiteOf } from './site.js';
import { type Attributes, addFactor, insertBefore, replaceWeight } from './write-layers.js';

/** A MatMul or Gemm, and how it holds its matrix. */
interface Product extends LayerWeight {
  readonly node: Node;
  /** Which of the first two inputs is the weight; the other one is the data. */
  readonly weightInput: 0 | 1;
  /** Whether the weight has the outputs of the layer as columns. */
  readonly isTransposed: boolean;
  /** What a Gemm multiplies its product by. */
  readonly factor: number;
  readonly rows: number;
  readonly columns: number;
}

function constantOperand(node: Node): (LayerWeight & Pick<Product, 'weightInput'>) | Refusal | undefined {
  const second = node.opType === 'Gemm' ? ownWeight(node, 1) : layerWeight(node, 1);
  const weightInput = second === undefined && node.opType === 'MatMul' ? 0 : 1;
  const found = weightInput === 0 ? layerWeight(node, 0) : second;
  return found === undefined || isRefusal(found) ? found : { ...found, weightInput };
}

function productOf(node: Node): Product | Refusal | undefined {
  if (node.domain !== '' || (node.opType !== 'MatMul' && node.opType !== 'Gemm')) return undefined;
  const found = constantOperand(node);
  if (found === undefined || isRefusal(found)) return found;
  const [first = 0, second = 0, ...others] = found.dims;
  if (second === 0 || others.length > 0) return { reason: reasons.notMatrix(found.dims.length) };
  const isTransposed = found.weightInput === 1 && node.int('transB', 0) === 0;
  const [rows, columns] = isTransposed ? [second, first] : [first, second];
  const factor = node.opType === 'Gemm' ? node.float('alpha', 1) : 1;
  return { ...found, node, isTransposed, factor, rows, columns };
}

async function readMatrix({ weight, isTransposed, factor, rows, columns }: Product, pause: Pause): Promise<Matrix> {
  const values = await readFloats(weight.tensor);
  const matrix = isTransposed
    ? await transposed({ rows: columns, columns: rows, values }, pause)
    : { rows, columns, values };
  return scaled(matrix, factor, pause);
}

/** What a Gemm without a bias has as one: nothing, or a zero for opsets in which it needs one. */
function zeroBias({ node, weight, dataType }: Product): readonly string[] {
  const { graph } = node;
  if (node.opType !== 'Gemm' || (graph.model.opset() ?? 1) >= 11) return [];
  const zero = floatsToTensor(dataType, [1], Float32Array.of(0));
  return [graph.addWeight(graph.uniqueName(`${weight.name}_zero`), zero).name];
}

function firstAttributes(node: Node): Attributes {
  const names = ['transA', 'transB'].filter((name) => node.int(name, 0) !== 0);
  return Object.fromEntries(names.map((name) => [name, { int: 1 }]));
}

async function writeProducts(product: Product, { left, right }: Factors, pause: Pause): Promise<void> {
  const { node, weightInput, isTransposed } = product;
  const stored = async (factor: Matrix) => (isTransposed ? transposed(factor, pause) : factor);
  const [storedRight, storedLeft] = [await stored(right), await stored(left)];
  const data = present(node.inputs[1 - weightInput], `data of ${node.label}`);
  const first = addFactor(product, 'right', storedRight);
  const inputs = weightInput === 1 ? [data, first, ...zeroBias(product)] : [first, data];
  const reduced = insertBefore(node, `rank${right.rows}`, inputs, firstAttributes(node));
  node.setInput(1 - weightInput, reduced);
  replaceWeight(node, weightInput, addFactor(product, 'left', storedLeft));
  for (const name of ['transA', 'alpha']) node.removeAttribute(name);
}

function siteOf(product: Product, shapes: ShapeTable): MatrixSite {
  const { node, weight, rows, columns } = product;
  const vectors = vectorsIn(node.output(0), rows, shapes);
  const costOf = (parameters: number): Cost => ({ parameters, macs: parameters * vectors });
  return {
    kind: 'matrix',
    node,
    weight,
    groups: 1,
    rows,
    columns,
    dense: costOf(rows * columns),
    inputs: linearLayer(node),
    costAt: (rank) => costOf(rank * (rows + columns)),
    read: async (pause) => [await readMatrix(product, pause)],
    write: ([factors], pause) => writeProducts(product, present(factors, 'factors'), pause),
  };
}

/**
 * MatMul with a constant matrix on either side, and Gemm, as two of the same operator.
 *
 * Rows of the matrix are the outputs of the layer. The alpha of a Gemm is multiplied in, so that errors of the matrix
 * are errors of the output, and is gone afterwards; beta and the bias stay with the second product, transA goes to the
 * first.
 */
export const matrixProduct: SiteOf = (node, shapes) => {
  const product = productOf(node);
  return product === undefined || isRefusal(product) ? product : siteOf(product, shapes);
};
