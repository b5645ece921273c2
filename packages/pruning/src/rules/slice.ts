import { type Axis, type FreeFactor, fixedAxis, fixedReason, isFree } from '../axes/axis.js';
import type { Survivors } from '../axes/rewrites.js';
import * as reasons from '../reasons.js';
import type { SizeEntry } from '../sizes/size-entry.js';
import { sliceOf } from '../sizes/size-matrix.js';
import type { Operation, Rule } from './operation.js';
import { pickedAxis, remaining } from './picks.js';

/** An end that lies before the first position, for negative steps. */
const BEFORE_FIRST = -(2 ** 31) + 1;

interface Range {
  readonly start: SizeEntry | undefined;
  readonly end: SizeEntry | undefined;
  /** Absent where the node has no steps: then the step is 1. */
  readonly step: SizeEntry | undefined;
}

interface Bounds {
  readonly start: number;
  readonly end: number;
  readonly step: number;
}

/** The bounds with which a Slice takes exactly these positions in this order, where one can. */
function boundsOf(positions: readonly number[]): Bounds | undefined {
  const [start = 0, second = start + 1] = positions;
  const step = second - start;
  if (step === 0 || positions.some((position, index) => position !== start + index * step)) return undefined;
  const end = (positions.at(-1) ?? start) + Math.sign(step);
  return { start, end: end < 0 ? BEFORE_FIRST : end, step };
}

/** Keeps the bounds, or a Gather where no bounds will do, in step with the positions that are left of the axis. */
function followPositions(
  op: Operation,
  { start, end, step }: Range,
  whole: FreeFactor,
  positions: readonly number[],
  gathers: (after: (survivors: Survivors) => readonly number[] | undefined) => void,
): void {
  const unchanged = (survivors: Survivors) => survivors.count([whole]) === whole.size;
  const bound = (entry: SizeEntry | undefined, name: keyof Bounds) => {
    if (entry === undefined) return;
    op.rewriteOperand(entry, (survivors) => {
      if (unchanged(survivors)) return entry.value ?? Number.NaN;
      const all = { start: 0, end: survivors.count([whole]), step: 1 };
      return (boundsOf(remaining(survivors, whole, positions)) ?? all)[name];
    });
  };
  bound(start, 'start');
  bound(end, 'end');
  bound(step, 'step');
  gathers((survivors) => {
    const left = remaining(survivors, whole, positions);
    return unchanged(survivors) || boundsOf(left) !== undefined ? undefined : left;
  });
}

/** The positions that the bounds take of an axis, where they are known and this node's own to rewrite. */
function taken(op: Operation, { start, end, step }: Range, size: number): readonly number[] | undefined {
  const own = [start, end, step].every((entry) => entry === undefined || entry.site?.node === op.node);
  if (start?.value === undefined || end?.value === undefined || !own) return undefined;
  const stride = step === undefined ? 1 : step.value;
  if (stride === undefined || stride === 0) return undefined;
  return sliceOf([...Array(size).keys()], start.value, end.value, stride);
}

function sliced(op: Operation, axis: Axis, range: Range, index: number, only: boolean): Axis {
  const factor = op.dependencies.flatten(axis);
  if (factor.atoms === undefined) return op.fixedOutput(index);
  const positions = taken(op, range, factor.size);
  if (positions === undefined || positions.length === 0) {
    op.pin(axis, positions === undefined ? reasons.unknownSizes(op.node) : reasons.changesLength(op.node));
    return positions === undefined ? op.fixedOutput(index) : fixedAxis(0, reasons.changesLength(op.node));
  }
  followPositions(op, range, factor, positions, (after) => op.rewriteAsGather(index, only, after));
  const whole = positions.length === factor.size && positions[0] === 0;
  return whole ? axis : pickedAxis(op, factor, positions);
}

/**
 * Slice: the positions from start to end of each listed axis, every so many steps. Bounds are rewritten to what is left;
 * where that is no regular sequence any more, a Gather takes the positions.
 */
export const slice: Rule = (op) => {
  const data = op.input(0);
  const [starts, ends, axes, steps] = [
    op.integers('starts', 1),
    op.integers('ends', 2),
    op.integers('axes', 3),
    op.integers('steps', 4),
  ];
  const listed = op.has('axes', 3) ? axes?.map(({ value }) => value) : starts?.map((_, index) => index);
  if (listed === undefined || listed.includes(undefined)) return op.refuse(reasons.unknownSizes(op.node));
  return [
    data.map((axis, index) => {
      const at = listed.findIndex((value) => value === index || value === index - data.length);
      if (at < 0) return axis;
      if (!isFree(axis)) return op.fixedOutput(index, 0, fixedReason(axis));
      if (op.has('steps', 4) && steps?.[at] === undefined) {
        op.pin(axis, reasons.unknownSizes(op.node));
        return op.fixedOutput(index);
      }
      return sliced(op, axis, { start: starts?.[at], end: ends?.[at], step: steps?.[at] }, index, listed.length === 1);
    }),
  ];
};
