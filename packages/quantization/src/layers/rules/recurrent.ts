import type { LayerRule } from '../layer.js';

/**
 * LSTM, GRU, RNN: W [directions, gates * hidden, inputs] at input 1 and R [directions, gates * hidden, hidden] at
 * input 2, one scale per row of a gate, for both directions alike.
 */
export const recurrent: LayerRule = (_node, index) =>
  index === 1 || index === 2 ? { channelAxis: 1, use: { kind: 'other' } } : undefined;
