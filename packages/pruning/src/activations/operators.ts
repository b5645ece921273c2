import type { Node, Value } from '@onnx-compress/graph';
import { weightBehind } from '@onnx-compress/graph';

/** Operators between a layer and its activation function; what else they read is constant. */
const PLAIN = new Set([
  ...['Add', 'BatchNormalization', 'Cast', 'DequantizeLinear', 'Div', 'Dropout', 'Identity', 'Mul', 'Neg'],
  ...['QuantizeLinear', 'Sub'],
]);

/** Activation functions, and the operators that they are written with where a model spells them out. */
const NONLINEAR = new Set([
  ...['Abs', 'Celu', 'Clip', 'Elu', 'Erf', 'Exp', 'Gelu', 'HardSigmoid', 'HardSwish', 'LeakyRelu', 'Log', 'Max'],
  ...['Min', 'Mish', 'PRelu', 'Pow', 'Relu', 'Selu', 'Shrink', 'Sigmoid', 'Softplus', 'Softsign', 'Sqrt', 'Swish'],
  ...['Tanh', 'ThresholdedRelu'],
]);

export function isNonlinear({ opType, domain }: Node): boolean {
  return domain === '' && NONLINEAR.has(opType);
}

/** True where the node works on each element apart. */
export function isElementwise({ opType, domain }: Node): boolean {
  return domain === '' && (PLAIN.has(opType) || NONLINEAR.has(opType));
}

export function isConstant(value: Value | undefined): boolean {
  return value === undefined || weightBehind(value) !== undefined;
}
