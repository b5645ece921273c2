import type { LayerRule } from '../layer.js';

/** ConvTranspose: weight [C, M/group, k...] at input 1, one scale per output channel of a group. */
export const convTranspose: LayerRule = (_node, index) =>
  index === 1 ? { channelAxis: 1, use: { kind: 'other' } } : undefined;
