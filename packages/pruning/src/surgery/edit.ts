import type { AttributeValue, Node, Weight } from '@onnx-compress/graph';
import type { Reader } from '../axes/engine.js';

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

/** An integer operand of one node gets other values; a constant that it shared with other nodes stays. */
export interface OperandEdit {
  readonly kind: 'operand';
  readonly node: Node;
  readonly input: number;
  readonly values: readonly number[];
  readonly dataType: 'int32' | 'int64';
}

/** An attribute gets another value; undefined removes it. */
export interface AttributeEdit {
  readonly kind: 'attribute';
  readonly node: Node;
  readonly name: string;
  readonly value: AttributeValue | undefined;
}

/** One change to the model: what surgery is planned as, before anything is touched. */
export type Edit = SliceEdit | OperandEdit | AttributeEdit;
