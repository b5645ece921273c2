import { type Node, weightBehind } from '@onnx-compress/graph';
import { type Integers, integersAt, onlyReader } from './operands.js';
import { MICROSOFT, type OperatorRule } from './operator-rule.js';

/** Conv: QLinearConv, with an int32 bias or none. */
export const conv: OperatorRule = (node, output) => {
  const operands = operandsOf(node);
  if (operands === undefined || output === undefined) return undefined;
  const { left, right, bias } = operands;
  const inputs = [...listed(left), ...listed(right), output.scale, output.zeroPoint];
  return { opType: 'QLinearConv', inputs: bias ? [...inputs, bias] : inputs };
};

/** Gemm: QGemm, which gives floats where no scale says otherwise. */
export const gemm: OperatorRule = (node, output) => {
  const operands = operandsOf(node);
  if (operands === undefined) return undefined;
  const { left, right, bias } = operands;
  const inputs = [...listed(left), ...listed(right)];
  if (bias || output) inputs.push(bias);
  if (output) inputs.push(output.scale, output.zeroPoint);
  return { opType: 'QGemm', domain: MICROSOFT, inputs };
};

/**
 * MatMul: QLinearMatMul, or MatMulIntegerToFloat. In front of an Add of a bias it stays, since onnxruntime makes one
 * QGemm of all that.
 */
export const matMul: OperatorRule = (node, output) => {
  const operands = operandsOf(node);
  if (operands === undefined || isBeforeBias(node)) return undefined;
  const { left, right } = operands;
  if (output) {
    return { opType: 'QLinearMatMul', inputs: [...listed(left), ...listed(right), output.scale, output.zeroPoint] };
  }
  const inputs = [left.values, right.values, left.scale, right.scale, left.zeroPoint, right.zeroPoint];
  return { opType: 'MatMulIntegerToFloat', domain: MICROSOFT, inputs };
};

interface Operands {
  readonly left: Integers;
  readonly right: Integers;
  /** Name of the int32 bias, '' for none. */
  readonly bias: string;
}

function operandsOf(node: Node): Operands | undefined {
  const left = integersAt(node, 0);
  const right = integersAt(node, 1);
  const bias = integersAt(node, 2);
  if (!left || !right || (node.inputs[2] && !bias)) return undefined;
  return { left, right, bias: bias?.values ?? '' };
}

function isBeforeBias(node: Node): boolean {
  const reader = onlyReader(node.output(0));
  return reader?.opType === 'Add' && reader.inputs.some((_, index) => isIntegerBias(reader, index));
}

function isIntegerBias(node: Node, index: number): boolean {
  const producer = node.input(index)?.producer;
  return producer !== undefined && weightBehind(producer.input(0))?.tensor.dataType === 'int32';
}

/** Integers as the operators take them. */
export function listed({ values, scale, zeroPoint }: Integers): readonly [string, string, string] {
  return [values, scale, zeroPoint];
}
