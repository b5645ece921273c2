import { type Axis, type FreeFactor, fixedAxis } from '../axes/axis.js';
import type { Survivors } from '../axes/rewrites.js';
import * as reasons from '../reasons.js';
import type { Operation } from './operation.js';

/** The picked positions that are left, numbered as the axis is numbered once its removed positions are gone. */
export function remaining(
  survivors: Survivors,
  { atoms }: FreeFactor,
  positions: readonly number[],
): readonly number[] {
  const places = new Map(survivors.kept(atoms).map((position, place) => [position, place]));
  return positions.flatMap((position) => places.get(position) ?? []);
}

/** The axis that holds the given positions of a factor, in their order; a position that stands alone has to stay. */
export function pickedAxis(op: Operation, factor: FreeFactor, positions: readonly number[]): Axis {
  const atoms = Int32Array.from(positions.flatMap((position) => factor.atoms[position] ?? []));
  if (atoms.length > 1) return [{ size: atoms.length, atoms }];
  op.pin([{ size: atoms.length, atoms }], reasons.takesOne(op.node));
  return fixedAxis(atoms.length, reasons.single());
}
