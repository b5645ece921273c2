import type { AttributeValue, Node } from '@onnx-compress/graph';
import type { Integers } from './operands.js';

/** The domain of the operators that only onnxruntime has. */
export const MICROSOFT = 'com.microsoft';

/** An operator on integers that does what a node does between DequantizeLinear and QuantizeLinear. */
export interface IntegerOperator {
  readonly opType: string;
  readonly domain?: typeof MICROSOFT;
  readonly inputs: readonly string[];
  /** Added to the attributes of the node. */
  readonly attributes?: Readonly<Record<string, AttributeValue>>;
}

/**
 * Finds the operator for a node, by its inputs.
 *
 * @param output what the node gives; undefined where that is floats
 * @returns undefined where there is no such operator
 */
export type OperatorRule = (node: Node, output: Integers | undefined) => IntegerOperator | undefined;
