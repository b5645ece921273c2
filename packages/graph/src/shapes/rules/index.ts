import { asFirst, broadcasting, dynamicQuantize } from './elementwise.js';
import {
  concat,
  flatten,
  gather,
  gatherBlocks,
  pad,
  reduction,
  reshape,
  squeeze,
  transpose,
  unsqueeze,
} from './layout.js';
import { gemm, matMul, packedMatMul } from './matrix.js';
import type { ShapeRule } from './rule.js';
import { convolution, globalPooling, pooling, transposedConvolution } from './window.js';

const AS_FIRST =
  'Abs BatchNormalization Cast Ceil Clip Cos DequantizeLinear Dropout Elu Erf Exp Floor Gelu HardSigmoid HardSwish ' +
  'Identity InstanceNormalization GroupNormalization LRN LayerNormalization LeakyRelu Log LogSoftmax Mish Neg Not PRelu ' +
  'QuantizeLinear Reciprocal Relu Round Selu Sigmoid Sign Sin Softmax Softplus Softsign Sqrt Tan Tanh ThresholdedRelu';
const BROADCASTING = 'Add And Div Equal Greater Less Max Mean Min Mod Mul Or Pow Sub Sum Where Xor';
const REDUCTIONS = 'ReduceL1 ReduceL2 ReduceMax ReduceMean ReduceMin ReduceProd ReduceSum ReduceSumSquare';

const forAll = (opTypes: string, rule: ShapeRule): (readonly [string, ShapeRule])[] =>
  opTypes.split(' ').map((opType) => [opType, rule]);

/** Common operators of the standard domain. */
const STANDARD: ReadonlyMap<string, ShapeRule> = new Map([
  ...forAll(AS_FIRST, asFirst),
  ...forAll(BROADCASTING, broadcasting),
  ...forAll(REDUCTIONS, reduction),
  ...forAll('Conv ConvInteger', convolution(1)),
  ...forAll('AveragePool MaxPool LpPool', pooling),
  ...forAll('GlobalAveragePool GlobalMaxPool', globalPooling),
  ...forAll('MatMul MatMulInteger', matMul),
  ['Concat', concat],
  ['ConvTranspose', transposedConvolution],
  ['DynamicQuantizeLinear', dynamicQuantize],
  ['Flatten', flatten],
  ['Gather', gather],
  ['Gemm', gemm],
  ['QLinearConv', convolution(3)],
  ['Pad', pad],
  ['Reshape', reshape],
  ['Squeeze', squeeze],
  ['Transpose', transpose],
  ['Unsqueeze', unsqueeze],
]);

/** Operators of onnxruntime with packed weights. */
const MICROSOFT: ReadonlyMap<string, ShapeRule> = new Map([
  ['GatherBlockQuantized', gatherBlocks],
  ['MatMulNBits', packedMatMul],
]);

/** Shape rules by domain and operator. */
export const SHAPE_RULES: ReadonlyMap<string, ReadonlyMap<string, ShapeRule>> = new Map([
  ['', STANDARD],
  ['com.microsoft', MICROSOFT],
]);
