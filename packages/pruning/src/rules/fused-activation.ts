import { axisSize } from '../axes/axis.js';
import * as reasons from '../reasons.js';
import { cutParts } from './fused-heads.js';
import type { Rule } from './operation.js';

/** BiasSplitGelu: the first half of the channels times Gelu of the second. */
export const biasSplitGelu: Rule = (op) => {
  const [data, bias] = [op.input(0), op.input(1)];
  const channels = op.broadcast([data.at(-1), bias.at(-1)]);
  const half = (axisSize(channels) ?? 0.5) / 2;
  const [first, second] = cutParts(op, channels, Number.isInteger(half) ? [half, half] : []) ?? [];
  if (first === undefined || second === undefined) return op.refuse(reasons.unknownSizes(op.node));
  op.unify(first, second);
  return [[...data.slice(0, -1), first]];
};
