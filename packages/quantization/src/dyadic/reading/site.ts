import type { Node, Tensor, Value } from '@onnx-compress/graph';

/** A value that is stored as integers: `value = scale * (integer - zeroPoint)`. */
export interface IntegerValue {
  /** Name of the integers. */
  readonly name: string;
  readonly dataType: 'uint8' | 'int8';
  /** A float32. */
  readonly scale: number;
  readonly zeroPoint: number;
  /** Name of the constant that holds the zero point. */
  readonly zeroPointName: string;
}

/** The integers that a node gives, behind what its kernel takes in. */
export interface IntegerResult extends IntegerValue {
  /** Nodes between the operator and the integers, the QuantizeLinear last. */
  readonly folded: readonly Node[];
}

/** A constant of a layer, as it is stored. */
export interface IntegerConstant {
  readonly name: string;
  readonly tensor: Tensor;
}

/** A layer on integers: its sums of products, plus a bias, are brought to the scale of what it gives. */
export interface LayerSite {
  readonly kind: 'layer';
  readonly node: Node;
  readonly data: IntegerValue;
  /** int8 with the zero point 0. */
  readonly weight: IntegerConstant;
  /** One for each output channel, or one for all. */
  readonly weightScales: Float32Array;
  /** int32 at the scale of the products. */
  readonly bias: IntegerConstant | undefined;
  /** An Add behind a MatMul. */
  readonly biasNode: Node | undefined;
  /** Undefined where the sums become floats. */
  readonly result: IntegerResult | undefined;
  /** What the layer gives as floats, before any activation function. */
  readonly floats: Value;
}

/** An operator on two values, element by element. */
export interface BinarySite {
  readonly kind: 'binary';
  readonly node: Node;
  readonly operator: 'Add' | 'Mul';
  readonly left: IntegerValue;
  readonly right: IntegerValue;
  readonly result: IntegerResult;
}

/** A Concat or a Where, whose inputs may have scales of their own. */
export interface JoinSite {
  readonly kind: 'join';
  readonly node: Node;
  readonly parts: readonly IntegerValue[];
  readonly result: IntegerResult;
}

/** An average over windows, or over all positions. */
export interface PoolSite {
  readonly kind: 'pool';
  readonly node: Node;
  readonly data: IntegerValue;
  /** Shape of what it reads. */
  readonly dims: readonly number[];
  /** Positions that are averaged: one number for all windows, or one for each of those of a channel. */
  readonly positions: readonly number[];
  /** How many windows there are on each axis, where each has a number of its own; else []. */
  readonly windows: readonly number[];
  readonly result: IntegerResult;
}

/** An operator that moves numbers or picks some of them. */
export interface MoveSite {
  readonly kind: 'move';
  readonly node: Node;
  readonly data: IntegerValue;
  readonly results: readonly IntegerResult[];
}

/** What one integer becomes by operators that go element by element, whatever they are: a table of 256 integers. */
export interface FunctionSite {
  readonly kind: 'function';
  /** The last of the operators. */
  readonly node: Node;
  /** All of them, from the last to the first. */
  readonly nodes: readonly Node[];
  /** The DequantizeLinear nodes in front of them. */
  readonly sources: readonly Node[];
  readonly data: IntegerValue;
  readonly result: IntegerResult;
}

/** An operator between integers, as the form with DequantizeLinear and QuantizeLinear says it. */
export type Site = LayerSite | BinarySite | JoinSite | PoolSite | MoveSite | FunctionSite;
