import type { Axis } from '../axes/axis.js';
import type { Rule } from './operation.js';

/** Gemm: Y = alpha A' B' + beta C with C broadcast to Y; the inner axes of A' and B' are contracted. */
export const gemm: Rule = (op) => {
  const [first, second, added] = [op.input(0), op.input(1), op.inputs[2]];
  const oriented = ([rows = [], columns = []]: readonly Axis[], transposed: number) =>
    transposed !== 0 ? ([columns, rows] as const) : ([rows, columns] as const);
  const [rows, inner] = oriented(first, op.node.int('transA', 0));
  const [secondInner, columns] = oriented(second, op.node.int('transB', 0));
  op.unify(inner, secondInner);
  if (op.isConstant(0) && !op.isConstant(1)) op.produces(0, rows);
  else op.produces(1, columns);
  return [[op.broadcast([rows, added?.at(-2)]), op.broadcast([columns, added?.at(-1)])]];
};
