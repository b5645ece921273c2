import { type Axis, type FreeFactor, isFree } from '../axes/axis.js';
import * as reasons from '../reasons.js';
import type { SizeEntry } from '../sizes/size-entry.js';
import type { Operation, Rule } from './operation.js';

type Bound = SizeEntry | undefined;

interface Range {
  readonly start: Bound;
  readonly end: Bound;
  readonly step: number | undefined;
}

/** Position that a bound means on an axis of this length: negative from the end, clamped. */
function position(bound: Bound, size: number): number | undefined {
  if (bound?.value === undefined) return undefined;
  return Math.max(0, Math.min(size, bound.value < 0 ? bound.value + size : bound.value));
}

/** Makes both bounds follow the positions that are left of the axis; false where they are not this node's own. */
function followBounds(op: Operation, { start, end }: Range, whole: FreeFactor, [from, to]: readonly number[]): boolean {
  if (start?.site?.node !== op.node || end?.site?.node !== op.node) return false;
  for (const [bound, limit] of [
    [start, from],
    [end, to],
  ] as const) {
    const before = { size: limit ?? 0, atoms: whole.atoms.subarray(0, limit) };
    const unchanged = bound.value ?? 0;
    op.rewriteOperand(bound, (survivors) =>
      survivors.count([whole]) === whole.size ? unchanged : survivors.count([before]),
    );
  }
  return true;
}

function sliced(op: Operation, axis: Axis, range: Range, index: number): Axis {
  const factor = op.dependencies.flatten(axis);
  if (factor.atoms === undefined) return op.fixedOutput(index);
  const [start, end] = [position(range.start, factor.size), position(range.end, factor.size)];
  if (start === undefined || end === undefined || range.step !== 1) {
    op.pin(axis, range.step === 1 ? reasons.unknownSizes(op.node) : reasons.steppedSlice(op.node));
    return op.fixedOutput(index);
  }
  if (start === 0 && end === factor.size) return axis;
  if (end - start < 2 || !followBounds(op, range, factor, [start, end])) {
    op.pin(axis, reasons.unknownSizes(op.node));
    return op.fixedOutput(index);
  }
  return [{ size: end - start, atoms: factor.atoms.subarray(start, end) }];
}

/** Slice: the positions from start to end of each listed axis; bounds are rewritten to what is left. */
export const slice: Rule = (op) => {
  const data = op.input(0);
  const [starts, ends, axes, steps] = [
    op.integers('starts', 1),
    op.integers('ends', 2),
    op.integers('axes', 3),
    op.integers('steps', 4),
  ];
  const listed = op.has('axes', 3) ? axes?.map(({ value }) => value) : data.map((_, index) => index);
  if (listed === undefined || listed.includes(undefined)) return op.refuse(reasons.unknownSizes(op.node));
  return [
    data.map((axis, index) => {
      const at = listed.findIndex((value) => value === index || value === index - data.length);
      if (at < 0 || at >= (starts?.length ?? data.length)) return axis;
      if (!isFree(axis)) return op.fixedOutput(index);
      const step = op.has('steps', 4) ? steps?.[at]?.value : 1;
      return sliced(op, axis, { start: starts?.[at], end: ends?.[at], step }, index);
    }),
  ];
};
