import type { Node } from '../model/node.js';
import { attention, fusedAttention } from './rules/attention.js';
import { convolution, transposedConvolution } from './rules/convolution.js';
import { einsum } from './rules/einsum.js';
import { matrixProduct, packedMatrixProduct } from './rules/matrix-product.js';
import { recurrent } from './rules/recurrent.js';
import type { MacRule } from './rules/rule.js';

/** Operators that multiply, but whose inputs are packed in ways that are not counted here. */
const uncounted: MacRule = () => undefined;

const STANDARD: ReadonlyMap<string, MacRule> = new Map([
  ['Conv', convolution(1)],
  ['ConvInteger', convolution(1)],
  ['DeformConv', convolution(1)],
  ['QLinearConv', convolution(3)],
  ['ConvTranspose', transposedConvolution],
  ['Gemm', matrixProduct(1)],
  ['MatMul', matrixProduct(1)],
  ['MatMulInteger', matrixProduct(1)],
  ['QLinearMatMul', matrixProduct(3)],
  ['Einsum', einsum],
  ['LSTM', recurrent],
  ['GRU', recurrent],
  ['RNN', recurrent],
  ['Attention', attention],
]);

/** Contrib operators of onnxruntime. */
const MICROSOFT: ReadonlyMap<string, MacRule> = new Map([
  ['FusedConv', convolution(1)],
  ['NhwcFusedConv', convolution(1)],
  ['QLinearConv', convolution(3)],
  ['FusedGemm', matrixProduct(1)],
  ['QGemm', matrixProduct(3)],
  ['FusedMatMul', matrixProduct(1)],
  ['TransposeMatMul', matrixProduct(1)],
  ['MatMulIntegerToFloat', matrixProduct(1)],
  ['DynamicQuantizeMatMul', matrixProduct(1)],
  ['MatMulNBits', packedMatrixProduct],
  ['MatMulBnb4', packedMatrixProduct],
  ['DynamicQuantizeLSTM', recurrent],
  ['Attention', fusedAttention],
  ['MultiHeadAttention', attention],
  ['QAttention', uncounted],
  ['PackedAttention', uncounted],
  ['PackedMultiHeadAttention', uncounted],
  ['GroupQueryAttention', uncounted],
  ['DecoderMaskedMultiHeadAttention', uncounted],
]);

/** The rule for an operator that multiplies and accumulates; undefined for all others. */
export function macRuleOf(node: Node): MacRule | undefined {
  if (node.domain === '') return STANDARD.get(node.opType);
  return node.domain === 'com.microsoft' ? MICROSOFT.get(node.opType) : undefined;
}
