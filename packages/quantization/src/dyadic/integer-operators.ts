/**
 * Operators that a dyadic model computes on integers wherever its neighbours do, whatever kernels onnxruntime has: on a
 * device without floats they are tables, or move integers as they are.
 */
export const INTEGER_OPERATORS: ReadonlySet<string> = new Set([
  'Celu',
  'DepthToSpace',
  'Elu',
  'Flatten',
  'Gelu',
  'HardSigmoid',
  'HardSwish',
  'LeakyRelu',
  'Mish',
  'Reshape',
  'Resize',
  'Selu',
  'Sigmoid',
  'Slice',
  'Softplus',
  'Softsign',
  'Split',
  'Squeeze',
  'Tanh',
  'ThresholdedRelu',
  'Transpose',
  'Unsqueeze',
]);
