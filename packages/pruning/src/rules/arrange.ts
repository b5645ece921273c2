import { fixedAxis, isFree } from '../axes/axis.js';
import * as reasons from '../reasons.js';
import type { Rule } from './operation.js';

/** Transpose: the same axes in another order. */
export const transpose: Rule = (op) => {
  const data = op.input(0);
  const order = op.node.ints('perm') ?? data.map((_, index) => data.length - 1 - index);
  op.keepsElementsOf(0);
  return [order.flatMap((from) => data.slice(from, from + 1))];
};

/** Squeeze: drops axes of length 1. */
export const squeeze: Rule = (op) => {
  const data = op.input(0);
  op.keepsElementsOf(0);
  if (!op.has('axes', 1)) {
    for (const axis of data) op.pin(axis, reasons.unknownSizes(op.node));
    return [data.filter(([factor]) => factor?.size !== 1)];
  }
  const dropped = op.integers('axes', 1)?.map(({ value }) => value);
  if (dropped === undefined || dropped.includes(undefined)) return op.refuse(reasons.unknownSizes(op.node));
  return [data.filter((_, index) => !dropped.includes(index) && !dropped.includes(index - data.length))];
};

/** Unsqueeze: inserts axes of length 1. */
export const unsqueeze: Rule = (op) => {
  const data = op.input(0);
  const inserted = op.integers('axes', 1)?.map(({ value }) => value);
  if (inserted === undefined || inserted.includes(undefined)) return op.refuse(reasons.unknownSizes(op.node));
  op.keepsElementsOf(0);
  const rank = data.length + inserted.length;
  let next = 0;
  return [
    Array.from({ length: rank }, (_, index) => {
      if (inserted.includes(index) || inserted.includes(index - rank)) return fixedAxis(1, reasons.single());
      return data[next++] ?? fixedAxis(1, reasons.single());
    }),
  ];
};

/** Gather: the indexed axis gives way to the axes of the indices; its own positions stay. */
export const gather: Rule = (op) => {
  const [data, indices] = [op.input(0), op.input(1)];
  const at = op.axis('axis', 0, data.length);
  op.pin(data[at], reasons.movesPositions(op.node));
  for (const axis of indices) op.pin(axis, reasons.movesPositions(op.node));
  const picked = indices.map((axis, index) => (isFree(axis) ? op.fixedOutput(at + index) : axis));
  return [[...data.slice(0, at), ...picked, ...data.slice(at + 1)]];
};

/** Tile: repeated axes stay as they are. */
export const tile: Rule = (op) => {
  const data = op.input(0);
  const repeats = op.sizes(1);
  return [
    data.map((axis, index) => {
      if (repeats?.[index]?.value === 1) return axis;
      op.pin(axis, reasons.movesPositions(op.node));
      return op.fixedOutput(index);
    }),
  ];
};
