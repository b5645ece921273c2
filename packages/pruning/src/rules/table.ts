import type { Node } from '@onnx-compress/graph';
import { squeeze, tile, transpose, unsqueeze } from './arrange.js';
import { attention } from './attention.js';
import { concat } from './concat.js';
import { conv, deformConv } from './conv.js';
import { convTranspose } from './conv-transpose.js';
import { columnsToImage, depthToSpace, spaceToDepth } from './depth-to-space.js';
import { einsum } from './einsum.js';
import { broadcasting, passThrough, unary } from './elementwise.js';
import { constantOfShape } from './fill.js';
import { FUSED_RULES } from './fused-table.js';
import { gather } from './gather.js';
import { gemm } from './gemm.js';
import { compress, gatherSlices, scatterSlices } from './index-slices.js';
import { matMul } from './matmul.js';
import {
  batchNormalization,
  groupNormalization,
  instanceNormalization,
  layerNormalization,
  localResponse,
  meanVariance,
} from './normalization.js';
import type { Rule } from './operation.js';
import { pad } from './pad.js';
import { fourier, generated, PINNING, reverseSequence, size, trilu } from './pinning.js';
import { dynamicQuantizeLinear, quantizeLinear } from './quantize.js';
import { INTEGER_RULES, ONNXRUNTIME_INTEGER_RULES } from './quantized-layers.js';
import { recurrent } from './recurrent.js';
import { alongAxis, argReduce, reduce, softmax, topK } from './reduce.js';
import { expand, flatten, reshape } from './reshape.js';
import { rotaryEmbedding } from './rotary-embedding.js';
import { slice } from './slice.js';
import { centerCropPad, globalPool, maxUnpool, pool, resize, sampleSpace } from './spatial.js';
import { split } from './split.js';

const UNARY = [
  ...['Abs', 'Acos', 'Acosh', 'Affine', 'Asin', 'Asinh', 'Atan', 'Atanh', 'Bernoulli', 'BitCast', 'BitwiseNot'],
  ...['CastLike', 'Ceil', 'Celu', 'Clip', 'Cos', 'Cosh', 'ParametricSoftplus', 'RandomNormalLike', 'RandomUniformLike'],
  ...[
    'Scale',
    'ScaledTanh',
    'Dropout',
    'Elu',
    'Erf',
    'Exp',
    'Floor',
    'Gelu',
    'HardSigmoid',
    'HardSwish',
    'IsInf',
    'IsNaN',
    'LeakyRelu',
  ],
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
  ...each(['CumProd', 'CumSum', 'LpNormalization'], alongAxis),
  ...each(['TopK'], topK),
  ...each(['Conv'], conv),
  ...each(['DeformConv'], deformConv),
  ...each(['ConvTranspose'], convTranspose),
  ...each(['Gemm'], gemm),
  ...each(['MatMul'], matMul),
  ...each(['Einsum'], einsum),
  ...each(['BatchNormalization'], batchNormalization),
  ...each(['InstanceNormalization'], instanceNormalization),
  ...each(['LayerNormalization', 'RMSNormalization', 'SimplifiedLayerNormalization'], layerNormalization),
  ...each(['GroupNormalization'], groupNormalization),
  ...each(['LRN'], localResponse),
  ...each(['MeanVarianceNormalization'], meanVariance),
  ...each(['Attention'], attention),
  ...each(['RotaryEmbedding'], rotaryEmbedding),
  ...each(['Concat'], concat),
  ...each(['Split'], split),
  ...each(['Slice'], slice),
  ...each(['Reshape'], reshape),
  ...each(['Flatten'], flatten),
  ...each(['Expand'], expand),
  ...each(['ConstantOfShape'], constantOfShape),
  ...each(['Transpose'], transpose),
  ...each(['Squeeze'], squeeze),
  ...each(['Unsqueeze'], unsqueeze),
  ...each(['Gather'], gather),
  ...each(['GatherND'], gatherSlices),
  ...each(['ScatterND'], scatterSlices),
  ...each(['Compress'], compress),
  ...each(['Tile'], tile),
  ...each(['MaxPool', 'AveragePool', 'LpPool'], pool),
  ...each(['GlobalAveragePool', 'GlobalMaxPool', 'GlobalLpPool'], globalPool),
  ...each(['Resize', 'Upsample'], resize),
  ...each(['Pad'], pad),
  ...each(['MaxUnpool'], maxUnpool),
  ...each(['GridSample', 'MaxRoiPool', 'RoiAlign'], sampleSpace),
  ...each(['CenterCropPad'], centerCropPad),
  ...each(['DepthToSpace'], depthToSpace),
  ...each(['SpaceToDepth'], spaceToDepth),
  ...each(['Col2Im'], columnsToImage),
  ...each(['QuantizeLinear', 'DequantizeLinear'], quantizeLinear),
  ...each(['DynamicQuantizeLinear'], dynamicQuantizeLinear),
  ...INTEGER_RULES,
  ...each(['LSTM', 'GRU', 'RNN'], recurrent),
  ...each(['Shape'], shape),
  ...each(['Size'], size),
  ...each(['Range', 'RandomNormal', 'RandomUniform', 'BlackmanWindow', 'HammingWindow', 'HannWindow'], generated),
  ...each(['ReverseSequence'], reverseSequence),
  ...each(['Trilu'], trilu),
  ...each(['DFT'], fourier),
  ...PINNING,
]);

/** The rule of a node's operator; undefined where there is none. */
export function ruleFor({ domain, opType }: Node): Rule | undefined {
  if (domain === '') return RULES.get(opType);
  return domain === 'com.microsoft' ? (FUSED_RULES.get(opType) ?? ONNXRUNTIME_INTEGER_RULES.get(opType)) : undefined;
}
