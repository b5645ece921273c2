import * as reasons from '../reasons.js';
import type { Axes, Operation, Rule } from './operation.js';

function batchAxes(op: Operation, first: Axes, second: Axes): Axes {
  const rank = Math.max(first.length, second.length);
  return Array.from({ length: rank - 2 }, (_, index) =>
    op.broadcast([first[index - rank + first.length], second[index - rank + second.length]]),
  );
}

/** MatMul: the last axis of A and the last but one of B are contracted, leading axes broadcast. */
export const matMul: Rule = (op) => {
  const [first, second] = [op.input(0), op.input(1)];
  if (first.length < 2 || second.length < 2) return op.refuse(reasons.contraction(op.node));
  const [rows = [], inner = []] = first.slice(-2);
  const [secondInner = [], columns = []] = second.slice(-2);
  op.unify(inner, secondInner);
  const [firstConstant, secondConstant] = [op.isConstant(0), op.isConstant(1)];
  if (!firstConstant && !secondConstant) op.pin(inner, reasons.contraction(op.node));
  if (secondConstant) op.produces(1, columns);
  else if (firstConstant) op.produces(0, rows);
  return [[...batchAxes(op, first, second), rows, columns]];
};
