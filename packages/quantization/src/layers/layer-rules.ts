import type { LayerRule } from './layer.js';
import { conv } from './rules/conv.js';
import { convTranspose } from './rules/conv-transpose.js';
import { gather } from './rules/gather.js';
import { gemm } from './rules/gemm.js';
import { matMul } from './rules/matmul.js';

/** Which constants of which operators are weights. Adding an operator: one rule file, one line here. */
export const LAYER_RULES: Readonly<Record<string, LayerRule>> = {
  Conv: conv,
  ConvTranspose: convTranspose,
  Gather: gather,
  Gemm: gemm,
  MatMul: matMul,
};

/** Operators with weights that no scheme here rewrites yet. */
export const RECURRENT_OPERATORS: ReadonlySet<string> = new Set(['LSTM', 'GRU', 'RNN']);

/** Operators, standard and of onnxruntime, that compute with integers already. */
export const QUANTIZED_OPERATORS: ReadonlySet<string> = new Set([
  'ConvInteger',
  'DynamicQuantizeLSTM',
  'DynamicQuantizeMatMul',
  'GatherBlockQuantized',
  'MatMulInteger',
  'MatMulIntegerToFloat',
  'MatMulNBits',
  'QGemm',
  'QLinearConv',
  'QLinearMatMul',
]);
