import type { Node } from '@onnx-compress/graph';
import type { Axis } from '../axes/axis.js';

/** Where a number enters the graph as an operand, so that another number can be put in its place. */
interface Site {
  readonly node: Node;
  /** Input number, or the name of an attribute that holds a list of integers. */
  readonly operand: number | string;
  readonly index: number;
}

/** One element of an integer tensor that holds sizes, such as the target shape of a Reshape. */
export interface SizeEntry {
  /** Its value in the original model; undefined where it is only known at run time. */
  readonly value: number | undefined;
  /** The axis whose length it is, exactly. */
  readonly axis: Axis | undefined;
  /** Every axis whose length it was computed from. */
  readonly sources: readonly Axis[];
  readonly site: Site | undefined;
  /** The two sizes that it is the product of, where it is only known at run time. */
  readonly factors?: readonly SizeEntry[] | undefined;
}

export function literalEntry(value: number): SizeEntry {
  return { value, axis: undefined, sources: [], site: undefined };
}

/** An entry that depends on lengths in a way that is not followed. */
export function opaqueEntry(entries: readonly SizeEntry[]): SizeEntry {
  return { value: undefined, axis: undefined, sources: entries.flatMap(({ sources }) => sources), site: undefined };
}

/** The entries as an operand of `node`: where all values are known, the operand as a whole can be rewritten. */
export function atSite(entries: readonly SizeEntry[], node: Node, operand: number | string): readonly SizeEntry[] {
  if (entries.some(({ value }) => value === undefined)) return entries;
  return entries.map((entry, index) => ({ ...entry, site: { node, operand, index } }));
}
