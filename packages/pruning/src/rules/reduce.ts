import { type Axis, fixedAxis } from '../axes/axis.js';
import * as reasons from '../reasons.js';
import type { Axes, Operation, Rule } from './operation.js';

/** Reductions to which a removed position matters no more than a zero. */
const SUMS = new Set(['ReduceSum', 'ReduceSumSquare', 'ReduceL1', 'ReduceL2']);

function reduced(op: Operation, data: Axes, axes: readonly (number | undefined)[], keepDims: boolean): Axes {
  const over = (index: number) => axes.includes(index) || axes.includes(index - data.length);
  const gone = data.filter((_, index) => over(index));
  if (op.node.opType === 'ReduceMean') op.normalises(gone);
  else if (!SUMS.has(op.node.opType)) for (const axis of gone) op.pin(axis, reasons.reducesOver(op.node));
  if (!keepDims) return data.filter((_, index) => !over(index));
  return data.map((axis, index): Axis => (over(index) ? fixedAxis(1, reasons.single()) : axis));
}

/** ReduceMean, ReduceSum, ReduceMax and their kin: reduced axes vanish or become 1, the others stay. */
export const reduce: Rule = (op) => {
  const data = op.input(0);
  const given = op.has('axes', 1) ? op.integers('axes', 1)?.map(({ value }) => value) : [];
  if (given === undefined || given.includes(undefined)) return op.refuse(reasons.unknownSizes(op.node));
  if (given.length === 0 && op.node.int('noop_with_empty_axes', 0) !== 0) return [data];
  const axes = given.length === 0 ? [...data.keys()] : given;
  return [reduced(op, data, axes, op.node.int('keepdims', 1) !== 0)];
};

/** ArgMax, ArgMin: as a reduction over one axis. */
export const argReduce: Rule = (op) => {
  const data = op.input(0);
  return [reduced(op, data, [op.axis('axis', 0, data.length)], op.node.int('keepdims', 1) !== 0)];
};

/** Softmax and its kin: every position of the axis depends on all others; before opset 13 of all axes from it on. */
export const softmax: Rule = (op) => {
  const data = op.input(0);
  const flattens = op.opset < 13;
  const at = op.axis('axis', flattens ? 1 : -1, data.length);
  for (const axis of flattens ? data.slice(at) : data.slice(at, at + 1)) op.pin(axis, reasons.reducesOver(op.node));
  return [data];
};

/** CumSum, LpNormalization: positions along one axis depend on each other. */
export const alongAxis: Rule = (op) => {
  const data = op.input(0);
  const operand = op.sizes(1)?.[0]?.value;
  const at = op.node.opType.startsWith('Cum') ? operand : op.axis('axis', -1, data.length);
  if (at === undefined) return op.refuse(reasons.unknownSizes(op.node));
  op.pin(data.at(at), reasons.reducesOver(op.node));
  return [data];
};

/** TopK: the axis is sorted and cut, the others stay. */
export const topK: Rule = (op) => {
  const data = op.input(0);
  const at = op.axis('axis', -1, data.length);
  op.pin(data[at], reasons.reducesOver(op.node));
  return op.node.outputs.map((_, output) =>
    data.map((axis, index) => (index === at ? op.fixedOutput(index, output) : axis)),
  );
};
