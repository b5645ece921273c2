import type { LayerRule } from '../layer.js';

/** EmbedLayerNormalization of com.microsoft: tables of words, positions and segments at inputs 2 to 4, a scale per row. */
export const embeddingSum: LayerRule = (_node, index) =>
  index >= 2 && index <= 4 ? { channelAxis: 0, use: { kind: 'other' } } : undefined;
