import * as reasons from '../reasons.js';
import { broadcasting, unary } from './elementwise.js';
import { biasSplitGelu } from './fused-activation.js';
import { groupQueryAttention, multiHeadAttention, packedAttention } from './fused-attention.js';
import { fusedConv, fusedGemm, fusedMatMul } from './fused-linear.js';
import {
  embedLayerNormalization,
  skipLayerNormalization,
  skipSimplifiedLayerNormalization,
} from './fused-normalization.js';
import { layerNormalization } from './normalization.js';
import type { Rule } from './operation.js';
import { rotaryEmbedding } from './rotary-embedding.js';

/** Weights in blocks of several values per byte. */
const packed: Rule = (op) => op.refuse(reasons.packedOperator(op.node));

/** Attention over values whose heads lie in a cache, or in a form that only accelerators run. */
const keptHeads: Rule = (op) => op.refuse(reasons.fixedHeads(op.node));

/** What each operator of the domain com.microsoft does to axes. */
export const FUSED_RULES: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ['Attention', packedAttention],
  ['MultiHeadAttention', multiHeadAttention],
  ['GroupQueryAttention', groupQueryAttention],
  ['DecoderMaskedMultiHeadAttention', keptHeads],
  ['DecoderMaskedSelfAttention', keptHeads],
  ['PackedAttention', keptHeads],
  ['PackedMultiHeadAttention', keptHeads],
  ['LongformerAttention', keptHeads],
  ['RotaryEmbedding', rotaryEmbedding],
  ['SkipLayerNormalization', skipLayerNormalization],
  ['SkipSimplifiedLayerNormalization', skipSimplifiedLayerNormalization],
  ['SimplifiedLayerNormalization', layerNormalization],
  ['EmbedLayerNormalization', embedLayerNormalization],
  ['Gelu', unary],
  ['QuickGelu', unary],
  ['FastGelu', broadcasting],
  ['BiasGelu', broadcasting],
  ['BiasAdd', broadcasting],
  ['BiasSplitGelu', biasSplitGelu],
  ['FusedMatMul', fusedMatMul],
  ['FusedGemm', fusedGemm],
  ['FusedConv', fusedConv],
  ['MatMulNBits', packed],
  ['MatMulBnb4', packed],
  ['QAttention', packed],
  ['DynamicQuantizeLSTM', packed],
]);
