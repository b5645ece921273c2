import * as reasons from '../reasons.js';
import { gather, squeeze, tile, transpose, unsqueeze } from './arrange.js';
import { concat } from './concat.js';
import { conv } from './conv.js';
import { convTranspose } from './conv-transpose.js';
import { broadcasting, passThrough, unary } from './elementwise.js';
import { gemm } from './gemm.js';
import { matMul } from './matmul.js';
import { channelNormalization, layerNormalization, perChannelNormalization } from './normalization.js';
import type { Rule } from './operation.js';
import { quantizeLinear } from './quantize.js';
import { alongAxis, argReduce, reduce, softmax, topK } from './reduce.js';
import { expand, flatten, reshape } from './reshape.js';
import { slice } from './slice.js';
import { depthToSpace, globalPool, pad, pool, resize } from './spatial.js';
import { split } from './split.js';

const UNARY = [
  ...['Abs', 'Acos', 'Acosh', 'Asin', 'Asinh', 'Atan', 'Atanh', 'BitwiseNot', 'Ceil', 'Celu', 'Clip', 'Cos', 'Cosh'],
  ...['Dropout', 'Elu', 'Erf', 'Exp', 'Floor', 'Gelu', 'HardSigmoid', 'HardSwish', 'IsInf', 'IsNaN', 'LeakyRelu'],
  ...['Log', 'Mish', 'Neg', 'Not', 'Reciprocal', 'Relu', 'Round', 'Selu', 'Shrink', 'Sigmoid', 'Sign', 'Sin', 'Sinh'],
  ...['Softplus', 'Softsign', 'Sqrt', 'Swish', 'Tan', 'Tanh', 'ThresholdedRelu'],
];
const BROADCASTING = [
  ...['Add', 'And', 'BitShift', 'BitwiseAnd', 'BitwiseOr', 'BitwiseXor', 'Div', 'Equal', 'Greater', 'GreaterOrEqual'],
  ...['Less', 'LessOrEqual', 'Max', 'Mean', 'Min', 'Mod', 'Mul', 'Or', 'Pow', 'PRelu', 'Sub', 'Sum', 'Where', 'Xor'],
];
const REDUCTIONS = [
  ...['ReduceL1', 'ReduceL2', 'ReduceLogSum', 'ReduceLogSumExp', 'ReduceMax', 'ReduceMean', 'ReduceMin'],
  ...['ReduceProd', 'ReduceSum', 'ReduceSumSquare'],
];

const recurrent: Rule = (op) => op.refuse(reasons.recurrent(op.node));

/** The first output is a list of sizes; the lengths themselves are followed by the size table. */
const shape: Rule = (op) => [[op.fixedOutput(0)]];

const each = (names: readonly string[], rule: Rule) => names.map((name): [string, Rule] => [name, rule]);

/** What each operator of the default domain does to axes. An operator without a rule keeps all its axes. */
export const RULES: ReadonlyMap<string, Rule> = new Map([
  ...each(UNARY, unary),
  ...each(['Cast', 'Identity'], passThrough),
  ...each(BROADCASTING, broadcasting),
  ...each(REDUCTIONS, reduce),
  ...each(['ArgMax', 'ArgMin'], argReduce),
  ...each(['Softmax', 'LogSoftmax', 'Hardmax'], softmax),
  ...each(['CumSum', 'LpNormalization'], alongAxis),
  ...each(['TopK'], topK),
  ...each(['Conv'], conv),
  ...each(['ConvTranspose'], convTranspose),
  ...each(['Gemm'], gemm),
  ...each(['MatMul'], matMul),
  ...each(['BatchNormalization', 'InstanceNormalization'], perChannelNormalization),
  ...each(['LayerNormalization', 'RMSNormalization'], layerNormalization),
  ...each(['GroupNormalization', 'LRN', 'MeanVarianceNormalization'], channelNormalization),
  ...each(['Concat'], concat),
  ...each(['Split'], split),
  ...each(['Slice'], slice),
  ...each(['Reshape'], reshape),
  ...each(['Flatten'], flatten),
  ...each(['Expand'], expand),
  ...each(['Transpose'], transpose),
  ...each(['Squeeze'], squeeze),
  ...each(['Unsqueeze'], unsqueeze),
  ...each(['Gather'], gather),
  ...each(['Tile'], tile),
  ...each(['MaxPool', 'AveragePool', 'LpPool'], pool),
  ...each(['GlobalAveragePool', 'GlobalMaxPool', 'GlobalLpPool'], globalPool),
  ...each(['Resize', 'Upsample'], resize),
  ...each(['Pad'], pad),
  ...each(['DepthToSpace', 'SpaceToDepth'], depthToSpace),
  ...each(['QuantizeLinear', 'DequantizeLinear'], quantizeLinear),
  ...each(['LSTM', 'GRU', 'RNN'], recurrent),
  ...each(['Shape'], shape),
]);
