import type { Value } from '../model/value.js';
import type { Dim } from '../model/value-type.js';
import type { ShapeTable } from '../shapes/shape-table.js';

/** The shape of a value with every size known, or undefined. */
export type DimsOf = (value: Value | undefined) => readonly number[] | undefined;

/** Operators whose output has the shape of their first input, so that a constant's shape is seen through them. */
const SAME_SHAPE = new Set(['Identity', 'Cast', 'QuantizeLinear', 'DequantizeLinear']);

/** Shapes from the constants themselves, then from `shapes`, symbolic sizes replaced by the assumed ones. */
export function dimsReader(shapes: ShapeTable): DimsOf {
  return (value) => {
    for (let current = value; current; current = sourceOfShape(current)) {
      const dims = current.weight?.tensor.dims ?? sizes(shapes.get(current)?.dims, shapes.assumed);
      if (dims) return dims;
    }
    return undefined;
  };
}

function sourceOfShape({ producer }: Value): Value | undefined {
  return producer && SAME_SHAPE.has(producer.opType) ? producer.input(0) : undefined;
}

function sizes(dims: readonly Dim[] | undefined, assumed: ReadonlyMap<string, Dim>): readonly number[] | undefined {
  const known = dims?.map((dim) => (typeof dim === 'string' ? assumed.get(dim) : dim));
  return known?.every((dim) => typeof dim === 'number') ? known : undefined;
}
