import type { LayerRule } from '../layer.js';

/** Attention of com.microsoft: the projections to queries, keys and values [inputs, 3 * hidden] at input 1. */
export const attention: LayerRule = (_node, index) =>
  index === 1 ? { channelAxis: 1, use: { kind: 'other' } } : undefined;
