import type { Dim } from '@onnx-compress/graph';

/** A part of an axis whose positions may be removed one by one; `atoms` has one entry per position. */
export interface FreeFactor {
  readonly size: number;
  readonly atoms: Int32Array;
  /** Identity of the piece, where the factor is a piece of a split one. */
  readonly piece?: number | undefined;
}

/** A part of an axis whose size never changes: batch, space, graph inputs and outputs. */
export interface FixedFactor {
  readonly size: Dim;
  readonly atoms: undefined;
  readonly reason: string;
  readonly piece?: number | undefined;
}

export type Factor = FreeFactor | FixedFactor;

/**
 * One axis of a tensor as a row-major product of factors, outermost first. Most axes have one factor; merging axes
 * by Reshape or Flatten puts their factors side by side, so that a later split or a weight's own axes find them again.
 */
export type Axis = readonly Factor[];

export function fixedFactor(size: Dim, reason: string): FixedFactor {
  return { size, atoms: undefined, reason };
}

export function fixedAxis(size: Dim, reason: string): Axis {
  return [fixedFactor(size, reason)];
}

/** True where positions of the axis may be removed. */
export function isFree(axis: Axis): boolean {
  return axis.some((factor) => factor.atoms !== undefined);
}

/** Length of the axis in the original model; undefined where it is not known before running. */
export function axisSize(axis: Axis): number | undefined {
  let size = 1;
  for (const factor of axis) {
    if (typeof factor.size !== 'number') return undefined;
    size *= factor.size;
  }
  return size;
}

/** Length of the axis as shape inference would write it. */
export function axisDim(axis: Axis): Dim {
  const [only, ...more] = axis;
  return only !== undefined && more.length === 0 ? only.size : axisSize(axis);
}

/** Why the axis is not free, as far as its factors know. */
export function fixedReason(axis: readonly Factor[]): string {
  for (const factor of axis) if (factor.atoms === undefined) return factor.reason;
  return 'its length is fixed';
}
