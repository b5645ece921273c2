import { type Axis, axisSize, type Factor, fixedFactor } from '../axes/axis.js';
import * as reasons from '../reasons.js';
import type { Operation } from './operation.js';

/** A channel axis as heads of equal size: whole heads may go, the channels of a head stay together. */
export interface Heads {
  readonly heads: Axis;
  /** Channels of one head. */
  readonly size: number;
}

/** Splits a channel axis into so many heads; undefined where they do not divide it. */
export function splitHeads(op: Operation, axis: Axis, count: number): Heads | undefined {
  const size = (axisSize(axis) ?? 0.5) / count;
  if (!Number.isInteger(size)) return undefined;
  const [heads] = op.dependencies.split(op.dependencies.flatten(axis), [count, size], 0);
  return heads && { heads: [heads], size };
}

/** The axis of these heads with other sizes of one head. */
export function withHeadSize({ heads }: Heads, size: number): Axis {
  return size === 1 ? heads : [...heads, fixedFactor(size, reasons.outerPart())];
}

/** Positions of a row-major axis that lie one after another in parts of these sizes; undefined where it is fixed. */
export function cutParts(op: Operation, axis: Axis, sizes: readonly number[]): readonly Axis[] | undefined {
  const factor = op.dependencies.flatten(axis);
  if (factor.atoms === undefined) return undefined;
  const { atoms } = factor;
  const starts = sizes.map((_, index) => sizes.slice(0, index).reduce((sum, size) => sum + size, 0));
  return sizes.map((size, index): readonly Factor[] => {
    const start = starts[index] ?? 0;
    return [{ size, atoms: atoms.subarray(start, start + size) }];
  });
}

/** Writes how many heads are left, times `factor`. */
export function rewriteHeads(op: Operation, attribute: string, { heads }: Heads, factor = 1): void {
  op.rewriteAttribute(attribute, (survivors) => ({ int: survivors.count(heads) * factor }));
}
