import { type Axis, axisDim, fixedAxis } from '../axes/axis.js';
import * as reasons from '../reasons.js';
import type { Axes, Operation, Rule } from './operation.js';

/** Axes before the last two, laid over each other. */
function batchAxes(op: Operation, first: Axes, second: Axes): Axes {
  const rank = Math.max(first.length, second.length);
  return Array.from({ length: rank - 2 }, (_, index) =>
    op.broadcast([first[index - rank + first.length], second[index - rank + second.length]]),
  );
}

/** Where the two matrices of a product are among the operands. */
type Factors = readonly [first: number, second: number];

/** Notes the axes that lie over each other in a product of two computed values; heads are among them. */
function markProducts(op: Operation, batch: Axes, factors: Factors): void {
  if (factors.some((index) => op.isConstant(index))) return;
  for (const axis of batch) if (axisDim(axis) !== 1) op.dependencies.splits.markBatch(axis);
}

/** Declares the operand whose columns (or rows) are the output channels. */
function declareProducer(op: Operation, rows: Axis, columns: Axis, [first, second]: Factors): void {
  if (op.isConstant(second)) op.produces(second, columns);
  else if (op.isConstant(first)) op.produces(first, rows);
}

/** Products of matrices whose last two axes are given: [rows, inner] and [inner, columns]. */
export function product(op: Operation, first: Axes, second: Axes, factors: Factors = [0, 1]): Axes {
  const [rows = [], inner = []] = first.slice(-2);
  const [secondInner = [], columns = []] = second.slice(-2);
  op.unify(inner, secondInner);
  declareProducer(op, rows, columns, factors);
  const batch = batchAxes(op, first, second);
  markProducts(op, batch, factors);
  return [...batch, rows, columns];
}

/**
 * MatMul: the last axis of A and the last but one of B are contracted, leading axes broadcast. A removed position of
 * the contracted axis takes its terms out of every sum, as if either operand were zero there. An operand of rank 1 is
 * a row of A or a column of B, and has no axis in the result.
 */
export const matMul: Rule = (op) => {
  const [first, second] = [op.input(0), op.input(1)];
  if (first.length === 0 || second.length === 0) return op.refuse(reasons.unknownRank(op.node));
  const one = fixedAxis(1, reasons.single());
  const [isRow, isColumn] = [first.length === 1, second.length === 1];
  const result = product(op, isRow ? [one, ...first] : first, isColumn ? [...second, one] : second);
  const kept = isColumn ? result.slice(0, -1) : result;
  return [isRow ? kept.filter((_, index) => index !== result.length - 2) : kept];
};
