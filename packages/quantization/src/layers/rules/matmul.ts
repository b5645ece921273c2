import type { LayerRule } from '../layer.js';
import { isOneHot } from './one-hot.js';

/**
 * MatMul: a right factor [..., K, N] has its channels in the columns, a left factor [..., M, K] in the rows. A right
 * factor of which a one-hot matrix picks rows is an embedding table: it has a scale for each row.
 */
export const matMul: LayerRule = (node, index, rank) => {
  if (rank < 2) return { channelAxis: undefined, use: { kind: 'other' } };
  if (index === 0) return { channelAxis: rank - 2, use: { kind: 'other' } };
  if (rank > 2) return { channelAxis: rank - 1, use: { kind: 'other' } };
  if (isOneHot(node.input(0))) return { channelAxis: 0, use: { kind: 'other' } };
  return { channelAxis: 1, use: { kind: 'matrix', transposed: false } };
};
