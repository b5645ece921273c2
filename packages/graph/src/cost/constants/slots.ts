import type { Node } from '../../model/node.js';
import type { Role } from './role.js';

/** The role of each input slot; slots without one are told by their type and shape. */
type Slots = Readonly<Record<number, Role>>;

const slots = (role: Role, ...indices: readonly number[]): Slots =>
  Object.fromEntries(indices.map((index) => [index, role]));

const BIASED: Slots = { 1: 'weight', 2: 'bias' };
const SCALED = slots('quantization', 1, 2);
const SCALED_PAIR = slots('quantization', 1, 2, 4, 5, 6, 7);
const RECURRENT: Slots = { 1: 'weight', 2: 'weight', 3: 'bias', 4: 'other', 5: 'other', 6: 'other', 7: 'weight' };
const NORMALIZATION = slots('normalization', 1, 2);

const STANDARD: Readonly<Record<string, Slots>> = {
  Conv: BIASED,
  ConvTranspose: BIASED,
  Gemm: BIASED,
  DeformConv: { 1: 'weight', 3: 'bias' },
  MatMul: slots('weight', 0, 1),
  ConvInteger: { 1: 'weight', ...slots('quantization', 2, 3) },
  MatMulInteger: { ...slots('weight', 0, 1), ...slots('quantization', 2, 3) },
  QLinearConv: { ...SCALED_PAIR, 3: 'weight', 8: 'bias' },
  QLinearMatMul: { ...SCALED_PAIR, 3: 'weight' },
  LSTM: RECURRENT,
  GRU: RECURRENT,
  RNN: RECURRENT,
  BatchNormalization: slots('normalization', 1, 2, 3, 4),
  LayerNormalization: NORMALIZATION,
  InstanceNormalization: NORMALIZATION,
  GroupNormalization: NORMALIZATION,
  RMSNormalization: NORMALIZATION,
  SimplifiedLayerNormalization: NORMALIZATION,
  QuantizeLinear: SCALED,
  DequantizeLinear: SCALED,
  Resize: slots('other', 1, 2, 3),
  Upsample: { 1: 'other' },
  OneHot: slots('other', 1, 2),
  NonMaxSuppression: slots('other', 2, 3, 4),
};

const MICROSOFT: Readonly<Record<string, Slots>> = {
  FusedConv: BIASED,
  NhwcFusedConv: BIASED,
  FusedGemm: BIASED,
  QuantizeLinear: SCALED,
  DequantizeLinear: SCALED,
  QLinearConv: { ...SCALED_PAIR, 3: 'weight', 8: 'bias' },
  QLinearAdd: SCALED_PAIR,
  QLinearMul: SCALED_PAIR,
  QGemm: { ...slots('quantization', 1, 2, 4, 5, 7, 8), 3: 'weight', 6: 'bias' },
  DynamicQuantizeMatMul: { 1: 'weight', ...slots('quantization', 2, 3), 4: 'bias' },
  MatMulIntegerToFloat: { 1: 'weight', ...slots('quantization', 2, 3, 4, 5), 6: 'bias' },
  MatMulNBits: { 1: 'weight', ...slots('quantization', 2, 3), 4: 'other', 5: 'bias' },
  MatMulBnb4: { 1: 'weight', 2: 'quantization' },
  GatherBlockQuantized: { 0: 'weight', ...slots('quantization', 2, 3) },
  DynamicQuantizeLSTM: { ...RECURRENT, ...slots('quantization', 8, 9, 10, 11) },
  Attention: BIASED,
  QAttention: { ...BIASED, ...slots('quantization', 3, 4, 6, 7) },
  MultiHeadAttention: { 3: 'bias' },
  BiasGelu: { 1: 'bias' },
  FastGelu: { 1: 'bias' },
  SkipLayerNormalization: { 2: 'normalization', 3: 'normalization', 4: 'bias' },
  SkipSimplifiedLayerNormalization: { 2: 'normalization', 3: 'bias' },
  EmbedLayerNormalization: { ...slots('weight', 2, 3, 4), 5: 'normalization', 6: 'normalization' },
  GroupNorm: NORMALIZATION,
};

/** The role that an operator's definition gives to an input slot; undefined where it gives none. */
export function slotRole({ domain, opType }: Node, index: number): Role | undefined {
  const table = domain === '' ? STANDARD : domain === 'com.microsoft' ? MICROSOFT : {};
  return Object.hasOwn(table, opType) ? table[opType]?.[index] : undefined;
}
