import type { Node } from '../../model/node.js';
import { weightBehind } from '../../model/weight.js';
import { readIntegers } from '../../tensor/numbers.js';

/** A shape of which every size is known. */
export type Shape = readonly number[];

/**
 * The shapes of a node's outputs, given those of its inputs (absent or unknown ones are undefined); undefined where the
 * rule cannot tell.
 */
export type ShapeRule = (node: Node, inputs: readonly (Shape | undefined)[]) => readonly Shape[] | undefined;

/** A small integer list that newer opsets take as an input and older ones as an attribute, if it is constant. */
export function constantInts(node: Node, input: number, attribute: string): readonly number[] | undefined {
  const weight = weightBehind(node.input(input));
  return weight ? readIntegers(weight.tensor) : node.ints(attribute);
}

/** A negative axis counts from the end. */
export function absoluteAxis(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis;
}
