import type { LayerRule } from '../layer.js';

/** Gemm: B [K, N], or [N, K] with transB, has a channel per column N; A [M, K], or [K, M] with transA, per row M. */
export const gemm: LayerRule = (node, index) => {
  if (index === 0) return { channelAxis: node.int('transA', 0) === 0 ? 0 : 1, use: { kind: 'other' } };
  if (index !== 1) return undefined;
  const transposed = node.int('transB', 0) !== 0;
  return { channelAxis: transposed ? 0 : 1, use: { kind: 'matrix', transposed } };
};
