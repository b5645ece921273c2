import { type Axis, axisSize, fixedAxis, isFree } from '../axes/axis.js';
import * as reasons from '../reasons.js';
import type { Axes, Operation, Rule } from './operation.js';

/** The positions of all parts in a row; parts of fixed length get positions that cannot be removed. */
function joined(op: Operation, parts: readonly Axis[]): Axis {
  const known = parts.every((part) => axisSize(part) !== undefined);
  if (!known || !parts.some(isFree)) {
    for (const part of parts) op.pin(part, reasons.unknownSizes(op.node));
    return op.fixedOutput(op.axis('axis', 1, op.input(0).length));
  }
  const atoms = parts.flatMap((part) => {
    const factor = op.dependencies.flatten(part);
    if (factor.atoms !== undefined) return [...factor.atoms];
    const placeholders = op.dependencies.atoms.fresh(axisSize(part) ?? 0);
    for (const atom of placeholders) op.dependencies.atoms.pin(atom, factor.reason);
    return [...placeholders];
  });
  return atoms.length > 1
    ? [{ size: atoms.length, atoms: Int32Array.from(atoms) }]
    : fixedAxis(atoms.length, reasons.single());
}

/** Concat: the positions of its axis are those of the inputs in a row; all other axes are common. */
export function concatenation(op: Operation, shapes: readonly Axes[]): readonly Axes[] {
  const [first = []] = shapes;
  const at = op.axis('axis', 1, first.length);
  if (shapes.length === 1) return [first];
  return [
    first.map((_, index) => {
      const parts = shapes.flatMap((axes) => axes.slice(index, index + 1));
      return index === at ? joined(op, parts) : op.broadcast(parts);
    }),
  ];
}

export const concat: Rule = (op) =>
  concatenation(
    op,
    op.inputs.filter((axes) => axes !== undefined),
  );
