import { elementCount, type Node, type Tensor } from '@onnx-compress/graph';

/** Operators of the default domain whose results depend on one element of each input. Adding one: a line here. */
const OPERATORS: ReadonlySet<string> = new Set([
  'Abs',
  'Acos',
  'Add',
  'Asin',
  'Atan',
  'Ceil',
  'Celu',
  'Clip',
  'Cos',
  'Div',
  'Elu',
  'Erf',
  'Exp',
  'Floor',
  'Gelu',
  'HardSigmoid',
  'HardSwish',
  'Identity',
  'LeakyRelu',
  'Log',
  'Max',
  'Min',
  'Mish',
  'Mul',
  'Neg',
  'PRelu',
  'Pow',
  'Reciprocal',
  'Relu',
  'Round',
  'Selu',
  'Sigmoid',
  'Sign',
  'Sin',
  'Softplus',
  'Softsign',
  'Sqrt',
  'Sub',
  'Tanh',
  'ThresholdedRelu',
]);

/** The same of com.microsoft, as exporters write it. */
const MICROSOFT_OPERATORS: ReadonlySet<string> = new Set(['FastGelu', 'Gelu', 'QuickGelu']);

/** True for an operator whose results depend on one element of each input. */
export function isElementwise({ opType, domain, outputs }: Node): boolean {
  const known = domain === '' ? OPERATORS : domain === 'com.microsoft' ? MICROSOFT_OPERATORS : undefined;
  return outputs.length === 1 && known?.has(opType) === true;
}

/** True for one number that leaves the shape of what it is combined with as it is. */
export function isOneNumber({ dims }: Tensor, rank: number): boolean {
  return elementCount(dims) === 1 && dims.length <= rank;
}
