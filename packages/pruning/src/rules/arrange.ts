import { axisDim, axisSize, fixedAxis, fixedFactor, isFree } from '../axes/axis.js';
import type { Survivors } from '../axes/rewrites.js';
import * as reasons from '../reasons.js';
import type { Axes, Operation, Rule } from './operation.js';

/** Transpose: the same axes in another order. */
export const transpose: Rule = (op) => {
  const data = op.input(0);
  const order = op.node.ints('perm') ?? data.map((_, index) => data.length - 1 - index);
  op.keepsElementsOf(0);
  return [order.flatMap((from) => data.slice(from, from + 1))];
};

/** Says which axes a Squeeze without a list drops, once one of the others shrinks. */
function listDropped(op: Operation, data: Axes): void {
  const dropped = [...data.entries()].flatMap(([index, axis]) => (axisDim(axis) === 1 ? [index] : []));
  const unchanged = (survivors: Survivors) => data.every((axis) => survivors.count(axis) === axisSize(axis));
  if (op.opset >= 13) op.rewriteList(1, (survivors) => (unchanged(survivors) ? [] : dropped));
  else op.rewriteAttribute('axes', (survivors) => (unchanged(survivors) ? undefined : { ints: dropped }));
}

/** Squeeze: drops axes of length 1. */
export const squeeze: Rule = (op) => {
  const data = op.input(0);
  op.keepsElementsOf(0);
  if (!op.has('axes', 1)) {
    const known = data.every((axis) => axisSize(axis) !== undefined);
    if (known && data.some(isFree)) listDropped(op, data);
    else for (const axis of data) op.pin(axis, reasons.unknownSizes(op.node));
    return [data.filter((axis) => axisDim(axis) !== 1)];
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

/** Tile: a repeated axis is a product of the repetitions and its own positions. */
export const tile: Rule = (op) => {
  const data = op.input(0);
  const repeats = op.sizes(1);
  return [
    data.map((axis, index) => {
      const count = repeats?.[index]?.value;
      if (count === 1) return axis;
      if (isFree(axis) && count !== undefined && count > 0) return [fixedFactor(count, reasons.outerPart()), ...axis];
      op.pin(axis, reasons.unknownSizes(op.node));
      return op.fixedOutput(index);
    }),
  ];
};
