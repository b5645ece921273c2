import type { LayerRule } from '../layer.js';

/** Conv: weight [M, C/group, k...] at input 1, one scale per output channel. */
export const conv: LayerRule = (_node, index) => (index === 1 ? { channelAxis: 0, use: { kind: 'other' } } : undefined);
