import type { Node } from '@onnx-compress/graph';

/** Which floats of an operator stay float32 in a float16 graph; all others become float16. */
export interface HalfOperator {
  readonly float32Inputs: readonly number[];
  readonly float32Outputs: readonly number[];
  /** Opset from which the operator takes float16. */
  readonly since: number;
}

const EVERYTHING: HalfOperator = { float32Inputs: [], float32Outputs: [], since: 1 };

/**
 * Operators of ai.onnx that take float16 for all of their floats and that onnxruntime runs. Missing on purpose: sums of
 * squares, products and exponentials over an axis, CumSum, Range and Random (they leave the range or the precision of
 * float16), TopK, NonMaxSuppression and RoiAlign (their results hang on small differences), Celu, DFT and IsInf (float32
 * only).
 */
const PLAIN = `Abs Add ArgMax ArgMin AveragePool BatchNormalization Ceil Clip Concat Conv ConvTranspose Cos DepthToSpace
  Div Dropout Einsum Elu Erf Exp Expand Flatten Floor GRU Gather GatherElements GatherND Gelu Gemm GlobalAveragePool
  GlobalMaxPool Greater GreaterOrEqual HardSigmoid HardSwish Identity InstanceNormalization LRN LSTM LeakyRelu Less
  LessOrEqual Log LogSoftmax MatMul Max MaxPool Min Mish Mul Neg PRelu Pad Pow RNN Reciprocal ReduceL1 ReduceMax
  ReduceMean ReduceMin ReduceSum Relu Reshape Round ScatterElements ScatterND Selu Sigmoid Sign Sin Slice Softmax
  Softplus Softsign SpaceToDepth Split Sqrt Squeeze Sub Sum Tanh ThresholdedRelu Tile Transpose Trilu Unsqueeze Where`;

const HALF_OPERATORS: ReadonlyMap<string, HalfOperator> = new Map([
  ...PLAIN.split(/\s+/).map((opType) => [opType, EVERYTHING] as const),
  ['Equal', { ...EVERYTHING, since: 11 }],
  ['LayerNormalization', { ...EVERYTHING, float32Outputs: [1, 2] }],
  ['Resize', { ...EVERYTHING, float32Inputs: [1, 2] }],
  ['Upsample', { ...EVERYTHING, float32Inputs: [1] }],
]);

/** True for a node whose result follows from the shape of what it reads. */
export function readsShape({ opType, domain }: Node): boolean {
  return domain === '' && (opType === 'Shape' || opType === 'Size');
}

/** How a node computes in float16; undefined where it cannot. onnxruntime scatters float16 without adding it up. */
export function halfOperator(node: Node, opset: number): HalfOperator | undefined {
  const operator = node.domain === '' ? HALF_OPERATORS.get(node.opType) : undefined;
  const addsUp = /^Scatter/.test(node.opType) && node.string('reduction', 'none') !== 'none';
  return operator !== undefined && opset >= operator.since && !addsUp ? operator : undefined;
}

/** True for a node to which float16 and float32 inputs are the same. */
export function takesAnyWidth(node: Node): boolean {
  return readsShape(node) || (node.domain === '' && node.opType === 'Cast');
}
