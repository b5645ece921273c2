import * as reasons from '../reasons.js';
import { conv } from './conv.js';
import { gemm } from './gemm.js';
import { product } from './matmul.js';
import type { Axes, Rule } from './operation.js';

const swapped = (axes: Axes, transposed: number) =>
  transposed === 0 ? axes : [...axes.slice(0, -2), ...axes.slice(-1), ...axes.slice(-2, -1)];

/** FusedMatMul: MatMul of operands whose last two axes may be swapped. */
export const fusedMatMul: Rule = (op) => {
  const [first, second] = [op.input(0), op.input(1)];
  const batches = op.node.int('transBatchA', 0) !== 0 || op.node.int('transBatchB', 0) !== 0;
  if (batches || first.length < 2 || second.length < 2) return op.refuse(reasons.movesPositions(op.node));
  return [product(op, swapped(first, op.node.int('transA', 0)), swapped(second, op.node.int('transB', 0)))];
};

/** FusedGemm: Gemm and an activation. */
export const fusedGemm: Rule = gemm;

/** FusedConv: Conv, the sum with a further input, and an activation. */
export const fusedConv: Rule = (op) => {
  const added = op.inputs[3];
  return conv(op).map((axes) => axes.map((axis, index) => op.broadcast([axis, added?.[index]])));
};
