import type { LayerRule } from '../layer.js';

/** MatMul: a right factor [..., K, N] has its channels in the columns, a left factor [..., M, K] in the rows. */
export const matMul: LayerRule = (_node, index, rank) => {
  if (rank < 2) return { channelAxis: undefined, use: { kind: 'other' } };
  if (index === 0) return { channelAxis: rank - 2, use: { kind: 'other' } };
  if (rank > 2) return { channelAxis: rank - 1, use: { kind: 'other' } };
  return { channelAxis: 1, use: { kind: 'matrix', transposed: false } };
};
