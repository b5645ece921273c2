import type { AttributeValue, Graph, Node, Weight } from '@onnx-compress/graph';
import type { Reader } from '../axes/engine.js';
import type { OperandType } from '../axes/rewrites.js';

/** Positions of one axis that stay. */
export interface AxisSlice {
  readonly axis: number;
  readonly keep: readonly number[];
}

/** Positions of one weight axis go. */
export interface SliceEdit extends AxisSlice {
  readonly kind: 'slice';
  readonly weight: Weight;
  readonly removed: readonly number[];
  /** The reader that gets a sliced copy of its own; undefined where the weight itself is sliced. */
  readonly reader: Reader | undefined;
}

/** An operand of one node gets other values; a constant that it shared with other nodes stays. */
export interface OperandEdit {
  readonly kind: 'operand';
  readonly node: Node;
  readonly input: number;
  readonly values: readonly number[];
  readonly dims: readonly number[];
  readonly dataType: OperandType;
}

/** An attribute gets another value; undefined removes it. */
export interface AttributeEdit {
  readonly kind: 'attribute';
  readonly node: Node;
  readonly name: string;
  readonly value: AttributeValue | undefined;
}

/** A Gather with constant indices takes positions of an axis of the node's first input, before it or in its place. */
export interface GatherEdit {
  readonly kind: 'gather';
  readonly node: Node;
  readonly axis: number;
  readonly indices: readonly number[];
  readonly replaces: boolean;
}

/** An optional input is left out. */
export interface DropEdit {
  readonly kind: 'drop';
  readonly node: Node;
  readonly input: number;
}

/** An input or output that a body declares gets other lengths along some axes. */
export interface DeclarationEdit {
  readonly kind: 'declaration';
  readonly body: Graph;
  readonly name: string;
  /** New lengths by axis. */
  readonly sizes: ReadonlyMap<number, number>;
}

/** One change to the model: what surgery is planned as, before anything is touched. */
export type Edit = SliceEdit | OperandEdit | AttributeEdit | GatherEdit | DropEdit | DeclarationEdit;
