import { type Node, readFloats } from '@onnx-compress/graph';

/**
 * When an operator gives zero in a channel:
 * - `first`: where its first input is zero;
 * - `any`, `all`: where one of its inputs is, or all of them that have the channel are;
 * - `never`: nowhere that is known.
 */
export type ZeroRule = 'first' | 'any' | 'all' | 'never';

/** Operators with f(0) = 0 that work on each element, or on each channel apart, or only move elements. */
const KEEPING = [
  ...['Abs', 'Asin', 'Asinh', 'Atan', 'Atanh', 'Cast', 'Ceil', 'Celu', 'Dropout', 'Elu', 'Erf', 'Floor', 'Gelu'],
  ...['HardSwish', 'Identity', 'LeakyRelu', 'Mish', 'Neg', 'PRelu', 'Relu', 'Round', 'Selu', 'Sign', 'Sin', 'Sinh'],
  ...['Softsign', 'Sqrt', 'Swish', 'Tan', 'Tanh', 'ThresholdedRelu', 'QuantizeLinear', 'DequantizeLinear'],
  ...['MaxPool', 'AveragePool', 'LpPool', 'GlobalAveragePool', 'GlobalMaxPool', 'GlobalLpPool', 'Resize', 'Upsample'],
  ...['Reshape', 'Flatten', 'Transpose', 'Squeeze', 'Unsqueeze', 'Slice', 'Split', 'Expand', 'Tile', 'Gather', 'Div'],
  ...['ReduceL1', 'ReduceL2', 'ReduceMax', 'ReduceMean', 'ReduceMin', 'ReduceSum', 'ReduceSumSquare'],
];

/** Operators that work on each channel apart, but make something else of zero. */
const LOSING = [
  ...['Acos', 'Acosh', 'Clip', 'Cos', 'Cosh', 'Exp', 'HardSigmoid', 'Log', 'Reciprocal', 'Sigmoid', 'Softplus'],
  ...['BatchNormalization', 'InstanceNormalization', 'Pad', 'Pow'],
];

const each = (names: readonly string[], rule: ZeroRule) => names.map((name): [string, ZeroRule] => [name, rule]);

const RULES: ReadonlyMap<string, ZeroRule> = new Map([
  ...each(KEEPING, 'first'),
  ...each(['Mul'], 'any'),
  ...each(['Add', 'Sub', 'Sum', 'Mean', 'Max', 'Min', 'Concat'], 'all'),
  ...each(LOSING, 'never'),
  ...each(['Shape', 'Size'], 'never'),
]);

/** Operators that sum products over an axis: a channel that is zero adds nothing. */
export const SUMMING: ReadonlySet<string> = new Set(['Conv', 'ConvTranspose', 'Gemm', 'MatMul']);

/** A bound of Clip: none where it is not given, NaN where it is computed. */
async function boundOf(node: Node, name: string, input: number, none: number): Promise<number> {
  const value = node.input(input);
  if (value === undefined) return node.float(name) ?? none;
  return value.weight === undefined ? Number.NaN : ((await readFloats(value.weight.tensor))[0] ?? Number.NaN);
}

async function clipsAroundZero(node: Node): Promise<boolean> {
  const low = await boundOf(node, 'min', 1, Number.NEGATIVE_INFINITY);
  return low <= 0 && (await boundOf(node, 'max', 2, Number.POSITIVE_INFINITY)) >= 0;
}

/** The rule of a node; undefined for an operator that may mix channels. */
export async function zeroRuleOf(node: Node): Promise<ZeroRule | undefined> {
  if (node.domain !== '' && node.domain !== 'ai.onnx') return undefined;
  if (node.opType === 'Clip' && (await clipsAroundZero(node))) return 'first';
  return RULES.get(node.opType);
}
