import type { LayerRule } from '../layer.js';
import { gemm } from './gemm.js';

/** FusedGemm of com.microsoft: as Gemm; the node applies an activation function too, so it stays what it is. */
export const fusedGemm: LayerRule = (node, index, rank) => {
  const slot = gemm(node, index, rank);
  return slot && { ...slot, use: { kind: 'other' } };
};

/** FusedMatMul of com.microsoft: MatMul with transA, transB and a factor. */
export const fusedMatMul: LayerRule = (node, index, rank) => {
  if (index > 1) return undefined;
  const swapsBatch = node.int(index === 0 ? 'transBatchA' : 'transBatchB', 0) !== 0;
  if (rank < 2 || swapsBatch) return { channelAxis: undefined, use: { kind: 'other' } };
  const swapped = node.int(index === 0 ? 'transA' : 'transB', 0) !== 0;
  const isLast = (index === 0) === swapped;
  return { channelAxis: rank - (isLast ? 1 : 2), use: { kind: 'other' } };
};
