import type { Dim } from '@onnx-compress/graph';
import { type Axis, axisDim, fixedAxis, isFree } from '../axes/axis.js';
import * as reasons from '../reasons.js';
import type { SizeEntry } from '../sizes/size-entry.js';
import { uniformAxis } from './fill.js';
import type { Operation, Rule } from './operation.js';

/** Keeps the written target shape in step with the axes it makes. */
function followTarget(op: Operation, input: readonly Axis[], output: readonly Axis[]): void {
  const entries = op.integers('shape', 1);
  for (const [index, axis] of output.entries()) {
    const entry = entries?.[index];
    const copied = input[index];
    if (entry === undefined) op.pin(axis, reasons.unknownSizes(op.node));
    else if (entry.value === 0 && op.node.int('allowzero', 0) === 0 && copied !== undefined) op.unify(copied, axis);
    else if (entry.value !== -1) op.follow(entry, axis);
  }
}

/** Dimensions of the result: as inferred, or else as the target shape says, whose elements may be lengths of axes. */
function targetDims(op: Operation): readonly Dim[] | undefined {
  const [inferred, entries] = [op.outputDims(), op.integers('shape', 1)];
  const written = entries?.map(({ value, axis }, index) => {
    if (value === 0 && op.node.int('allowzero', 0) === 0) return axisDim(op.input(0)[index] ?? []);
    return value === undefined ? axis && axisDim(axis) : value < 0 ? undefined : value;
  });
  const rank = inferred?.length ?? written?.length;
  if (rank === undefined) return undefined;
  return Array.from({ length: rank }, (_, index) => {
    const dim = inferred?.[index];
    return typeof dim === 'number' ? dim : (written?.[index] ?? dim);
  });
}

/** Reshape: the same elements in row-major order, so that axes merge and split by their factors. */
export const reshape: Rule = (op) => {
  const dims = targetDims(op);
  if (dims === undefined) return op.refuse(reasons.unknownRank(op.node));
  op.keepsElementsOf(0);
  const output = op.dependencies.regroup(op.input(0), dims);
  followTarget(op, op.input(0), output);
  return [output];
};

function product(op: Operation, axes: readonly Axis[], output: number): Axis {
  const factors = axes.flat().filter(({ size }) => size !== 1);
  return factors.some(({ atoms }) => atoms !== undefined) ? factors : op.fixedOutput(output);
}

/** Flatten: two axes, the product of those before `axis` and of those from it on. */
export const flatten: Rule = (op) => {
  const data = op.input(0);
  const at = op.axis('axis', 1, data.length);
  op.keepsElementsOf(0);
  return [[product(op, data.slice(0, at), 0), product(op, data.slice(at), 1)]];
};

/** Dimensions of an expanded tensor, from the target shape. */
function expandedDims(data: readonly Axis[], target: readonly SizeEntry[]): readonly Dim[] {
  const rank = Math.max(data.length, target.length);
  return Array.from({ length: rank }, (_, index) => {
    const own = axisDim(data[index - rank + data.length] ?? fixedAxis(1, ''));
    const entry = target[index - rank + target.length];
    return own === 1 ? (entry?.value ?? (entry?.axis && axisDim(entry.axis))) : own;
  });
}

/** Expand: axes of length 1 repeat, all others stay. */
export const expand: Rule = (op) => {
  const [data, target] = [op.input(0), op.sizes(1)];
  const dims = op.outputDims() ?? (target && expandedDims(data, target));
  if (dims === undefined) return op.refuse(reasons.unknownRank(op.node));
  return [
    dims.map((dim, index) => {
      const axis = data[index - dims.length + data.length];
      const entry = target?.[index - dims.length + (target?.length ?? 0)];
      if (axis === undefined || axisDim(axis) === 1) return uniformAxis(op, entry, index);
      if (!isFree(axis)) {
        if (entry !== undefined) op.follow(entry, fixedAxis(dim, reasons.spatial(op.node)));
        return typeof axisDim(axis) === 'number' ? axis : fixedAxis(dim, reasons.spatial(op.node));
      }
      if (entry === undefined) op.pin(axis, reasons.unknownSizes(op.node));
      else if (entry.value !== 1) op.follow(entry, axis);
      return axis;
    }),
  ];
};
