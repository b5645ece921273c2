import type { Node } from '@onnx-compress/graph';
import type { LayerRule } from './layer.js';
import { attention } from './rules/attention.js';
import { conv } from './rules/conv.js';
import { convTranspose } from './rules/conv-transpose.js';
import { einsum } from './rules/einsum.js';
import { embeddingSum } from './rules/embedding-sum.js';
import { fusedGemm, fusedMatMul } from './rules/fused-product.js';
import { gather, gatherElements } from './rules/gather.js';
import { gemm } from './rules/gemm.js';
import { matMul } from './rules/matmul.js';
import { recurrent } from './rules/recurrent.js';

type Rules = Readonly<Record<string, LayerRule>>;

/** Which constants of which operators are weights. Adding an operator: one rule file, one line here. */
const STANDARD: Rules = {
  Conv: conv,
  ConvTranspose: convTranspose,
  DeformConv: conv,
  Einsum: einsum,
  Gather: gather,
  GatherElements: gatherElements,
  GatherND: gatherElements,
  Gemm: gemm,
  GRU: recurrent,
  LSTM: recurrent,
  MatMul: matMul,
  RNN: recurrent,
};

/** The same for operators of com.microsoft. */
const MICROSOFT: Rules = {
  Attention: attention,
  EmbedLayerNormalization: embeddingSum,
  FusedConv: conv,
  FusedGemm: fusedGemm,
  FusedMatMul: fusedMatMul,
};

/** The rule for an operator; undefined where none of its constants is a weight. */
export function ruleFor({ domain, opType }: Node): LayerRule | undefined {
  const rules = domain === '' ? STANDARD : domain === 'com.microsoft' ? MICROSOFT : {};
  return Object.hasOwn(rules, opType) ? rules[opType] : undefined;
}

/** Operators, standard and of onnxruntime, that compute with integers already. */
export const QUANTIZED_OPERATORS: ReadonlySet<string> = new Set([
  'ConvInteger',
  'DynamicQuantizeLSTM',
  'DynamicQuantizeMatMul',
  'GatherBlockQuantized',
  'MatMulBnb4',
  'MatMulInteger',
  'MatMulIntegerToFloat',
  'MatMulNBits',
  'QAttention',
  'QEmbedLayerNormalization',
  'QGemm',
  'QLinearConv',
  'QLinearMatMul',
  'QMoE',
]);
