import { broadcast } from './elementwise.js';
import type { ShapeRule } from './rule.js';

/** MatMul and MatMulInteger: numpy semantics, one-dimensional operands included. */
export const matMul: ShapeRule = (_node, [left, right]) => {
  if (!left || !right || left.length === 0 || right.length === 0) return undefined;
  const batch = broadcast(left.slice(0, -2), right.slice(0, -2));
  const rows = left.length > 1 ? left.slice(-2, -1) : [];
  const columns = right.length > 1 ? right.slice(-1) : [];
  return batch && [[...batch, ...rows, ...columns]];
};

/** Gemm: A' B' of two matrices. */
export const gemm: ShapeRule = (node, [left, right]) => {
  const rows = left?.[node.int('transA', 0)];
  const columns = right?.[1 - node.int('transB', 0)];
  return rows === undefined || columns === undefined ? undefined : [[rows, columns]];
};

/** MatMulNBits: the packed weight's number of columns is the attribute N. */
export const packedMatMul: ShapeRule = (node, [left]) => {
  const columns = node.int('N', 0);
  return left && left.length > 0 && columns > 0 ? [[...left.slice(0, -1), columns]] : undefined;
};
