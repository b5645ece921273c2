import { elementCount } from '../../tensor/element-count.js';
import type { MacRule } from './rule.js';

/**
 * MatMul, Gemm and their variants: every output element sums as many products as the inner dimension is long. That
 * one is read from the right operand, which is a constant more often, else from the left.
 */
export function matrixProduct(rightInput: number): MacRule {
  return (node, dimsOf) => {
    if (node.int('transBatchA', 0) !== 0 || node.int('transBatchB', 0) !== 0) return undefined;
    const right = dimsOf(node.input(rightInput));
    const left = dimsOf(node.input(0));
    const inner =
      (right && rowsOf(right, node.int('transB', 0) !== 0)) ?? (left && columnsOf(left, node.int('transA', 0) !== 0));
    const output = dimsOf(node.output(0));
    return output && inner && elementCount(output) * inner;
  };
}

/** MatMulNBits and MatMulBnb4 of com.microsoft: the packed weight's inner dimension is the attribute K. */
export const packedMatrixProduct: MacRule = (node, dimsOf) => {
  const output = dimsOf(node.output(0));
  const inner = node.int('K');
  return output && inner && elementCount(output) * inner;
};

/** The second last size, the only one of a vector; the last where transposed. */
function rowsOf(dims: readonly number[], transposed: boolean): number | undefined {
  return transposed || dims.length === 1 ? dims.at(-1) : dims.at(-2);
}

/** The last size; the second last where transposed. */
function columnsOf(dims: readonly number[], transposed: boolean): number | undefined {
  return transposed && dims.length > 1 ? dims.at(-2) : dims.at(-1);
}
