import type { Node } from '../../model/node.js';

/** Operators of the standard domain whose first output has the element type of the first input, with a shape rule. */
const KEEPING = new Set(
  (
    'Abs BatchNormalization Ceil Clip Cos Dropout Elu Erf Exp Floor Gelu HardSigmoid HardSwish Identity ' +
    'InstanceNormalization GroupNormalization LRN LayerNormalization LeakyRelu Log LogSoftmax Mish Neg PRelu Reciprocal ' +
    'Relu Round Selu Sigmoid Sign Sin Softmax Softplus Softsign Sqrt Tan Tanh ThresholdedRelu ' +
    'Add Div Max Mean Min Mod Mul Pow Sub Sum ' +
    'ReduceL1 ReduceL2 ReduceMax ReduceMean ReduceMin ReduceProd ReduceSum ReduceSumSquare ' +
    'Conv ConvTranspose AveragePool MaxPool LpPool GlobalAveragePool GlobalMaxPool ' +
    'MatMul Gemm Concat Flatten Gather Pad Reshape Transpose Unsqueeze'
  ).split(' '),
);

/** True for a node whose only output has the element type of its first input. */
export function keepsElementType({ domain, opType, outputs }: Node): boolean {
  return domain === '' && outputs.length === 1 && KEEPING.has(opType);
}
