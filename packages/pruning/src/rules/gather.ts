import { readIntegers, weightBehind } from '@onnx-compress/graph';
import { type Axis, type FreeFactor, isFree } from '../axes/axis.js';
import * as reasons from '../reasons.js';
import type { Axes, Operation, Rule } from './operation.js';
import { pickedAxis, remaining } from './picks.js';

/** Constant indices of any length, counted from the front of an axis of `size` positions. */
function constantIndices(op: Operation, size: number): readonly number[] | undefined {
  const value = op.node.input(1);
  const tensor = value && weightBehind(value)?.tensor;
  return tensor && readIntegers(tensor)?.map((index) => (index < 0 ? index + size : index));
}

/** Output axes where constant indices of rank 0 or 1 pick positions of an axis that may shrink. */
function picked(op: Operation, factor: FreeFactor, rank: number): Axes | undefined {
  const positions = rank > 1 ? undefined : constantIndices(op, factor.size);
  if (positions === undefined) return undefined;
  op.rewriteList(1, (survivors) => {
    const left = remaining(survivors, factor, positions);
    return survivors.count([factor]) === factor.size ? positions : left;
  });
  const axis = pickedAxis(op, factor, positions);
  return rank === 0 ? [] : [axis];
}

/** Axes that the indices give the output; the indexed axis and the indices keep all their positions. */
function indexed(op: Operation, axis: Axis | undefined, at: number, reason: string): Axes {
  const indices = op.input(1);
  op.pin(axis, reason);
  for (const own of indices) op.pin(own, reason);
  return indices.map((own, index) => (isFree(own) ? op.fixedOutput(at + index) : own));
}

/**
 * Gather: the indexed axis gives way to the axes of the indices. Constant indices follow the positions that are left. A
 * table whose rows are looked up computes the channels of its other axes; its rows stay.
 */
export const gather: Rule = (op) => {
  const data = op.input(0);
  const at = op.axis('axis', 0, data.length);
  const table = op.isConstant(0);
  const factor = table ? undefined : op.dependencies.flatten(data[at] ?? []);
  const axes = factor?.atoms && picked(op, factor, op.input(1).length);
  const reason = table ? reasons.tableRows(op.node) : reasons.indexedByValues(op.node);
  if (table) for (const axis of data.slice(at + 1)) op.producesFloats(0, axis);
  return [[...data.slice(0, at), ...(axes ?? indexed(op, data[at], at, reason)), ...data.slice(at + 1)]];
};
