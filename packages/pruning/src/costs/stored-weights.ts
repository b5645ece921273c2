import { bitsOf, elementCount, type Weight } from '@onnx-compress/graph';
import type { Axis } from '../axes/axis.js';
import type { Engine, TrackedWeight } from '../axes/engine.js';
import { countersOf, type KeptShape, type KeptShapes, keptDims } from './kept-shapes.js';
import type { Term } from './term.js';

/** The units of each position of the axes, as text: equal where surgery cuts them alike. */
function cutOf(axes: readonly Axis[], engine: Engine): string {
  return axes
    .map((axis) =>
      axis.map(({ atoms }) => Array.from(atoms ?? [], (atom) => engine.dependencies.atoms.find(atom)).join()),
    )
    .join(';');
}

const elements = (shape: KeptShape) => elementCount(keptDims(shape));

/** Elements of a vector of which each reader gets a copy as soon as it shrinks for that reader. */
function elementsOfCopies({ value }: Weight, copies: readonly KeptShape[], size: number): number {
  const shrunk = copies.map(elements).filter((count) => count < size);
  const original = shrunk.length < value.uses.length ? size : 0;
  return shrunk.reduce((sum, count) => sum + count, original);
}

/** True where surgery cuts one tensor for all readers. */
function cutAsOne(weight: Weight, tracked: readonly TrackedWeight[], engine: Engine): boolean {
  if (tracked.length === 1 && tracked[0]?.reader === undefined) return true;
  const cuts = new Set(tracked.map(({ axes }) => cutOf(axes, engine)));
  return cuts.size === 1 && tracked.length === weight.value.uses.length;
}

/**
 * The elements of each weight that may shrink.
 *
 * @param perElement what one element of the weight counts
 */
export function weightTerms(
  engine: Engine,
  shapes: KeptShapes,
  perElement: (weight: Weight) => number,
): readonly Term[] {
  return [...shapes.weights].flatMap(([weight, tracked]) => {
    const { dims } = weight.tensor;
    const own = tracked.map(({ axes }) => shapes.shape(axes, dims));
    const counters = [...new Set(own.flatMap(countersOf))];
    if (counters.length === 0) return [];
    const [first = []] = own;
    const factor = perElement(weight);
    const size = elementCount(dims);
    if (cutAsOne(weight, tracked, engine)) return { counters, amount: () => factor * elements(first) };
    return { counters, amount: () => factor * elementsOfCopies(weight, own, size) };
  });
}

/** Bytes of one element in the file. */
export const bytesPerElement = ({ tensor }: Weight): number => bitsOf(tensor.dataType) / 8;
