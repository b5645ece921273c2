import { axisSize, isFree } from '../axes/axis.js';
import * as reasons from '../reasons.js';
import type { Axes, Operation, Rule } from './operation.js';

/** Axes by whose positions values choose: they stay. */
function indexed(op: Operation, axes: Axes): void {
  for (const axis of axes) op.pin(axis, reasons.indexedByValues(op.node));
}

/** How many axes the last axis of the indices numbers positions of; undefined where that is not known. */
function depth(op: Operation): number | undefined {
  const indices = op.input(1);
  indexed(op, indices);
  return axisSize(indices.at(-1) ?? []);
}

/** GatherND: leading axes are indexed, the others stay behind the axes of the indices. */
export const gatherSlices: Rule = (op) => {
  const data = op.input(0);
  const count = depth(op);
  if (count === undefined) return op.refuse(reasons.unknownSizes(op.node));
  const leading = op.node.int('batch_dims', 0) + count;
  indexed(op, data.slice(0, leading));
  const places = op.input(1).slice(0, -1);
  return [[...places.map((axis, index) => (isFree(axis) ? op.fixedOutput(index) : axis)), ...data.slice(leading)]];
};

/** ScatterND: leading axes are indexed, the others are those of the updates. */
export const scatterSlices: Rule = (op) => {
  const [data, updates] = [op.input(0), op.input(2)];
  const count = depth(op);
  if (count === undefined) return op.refuse(reasons.unknownSizes(op.node));
  const trailing = data.length - count;
  indexed(op, [...data.slice(0, count), ...updates.slice(0, updates.length - trailing)]);
  const written = trailing === 0 ? [] : updates.slice(-trailing);
  return [[...data.slice(0, count), ...data.slice(count).map((axis, index) => op.broadcast([axis, written[index]]))]];
};

/** Compress: a condition chooses positions of one axis, the others stay. */
export const compress: Rule = (op) => {
  const data = op.input(0);
  indexed(op, op.input(1));
  if (!op.node.hasAttribute('axis')) {
    indexed(op, data);
    return [[op.fixedOutput(0)]];
  }
  const at = op.axis('axis', 0, data.length);
  indexed(op, data.slice(at, at + 1));
  return [data.map((axis, index) => (index === at ? op.fixedOutput(index) : axis))];
};
