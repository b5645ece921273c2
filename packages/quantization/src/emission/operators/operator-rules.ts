import { binary, concat, movement, softmax, unary, where } from './elementwise.js';
import { conv, gemm, matMul } from './layers.js';
import type { OperatorRule } from './operator-rule.js';

/** How operators compute on integers. Adding one: a line here. */
export const OPERATOR_RULES: Readonly<Record<string, OperatorRule>> = {
  Add: binary,
  AveragePool: unary,
  Concat: concat,
  Conv: conv,
  Flatten: movement,
  Gather: movement,
  Gemm: gemm,
  GlobalAveragePool: unary,
  LeakyRelu: unary,
  MatMul: matMul,
  MaxPool: movement,
  Mul: binary,
  Reshape: movement,
  Resize: movement,
  Sigmoid: unary,
  Slice: movement,
  Softmax: softmax,
  Split: movement,
  Squeeze: movement,
  Transpose: movement,
  Unsqueeze: movement,
  Where: where,
};
