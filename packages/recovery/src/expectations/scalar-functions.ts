import { type Node, readFloats } from '@onnx-compress/graph';

/** A function of one number that a node applies to every element. */
export type ScalarFunction = (x: number) => number;

const sigmoid: ScalarFunction = (x) => 1 / (1 + Math.exp(-x));
const clamp = (x: number, low: number, high: number) => Math.min(high, Math.max(low, x));

/** Abramowitz and Stegun 7.1.26; absolute error below 1.5e-7. */
function erf(x: number): number {
  const t = 1 / (1 + 0.3275911 * Math.abs(x));
  const series = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;
  return Math.sign(x) * (1 - series * Math.exp(-x * x));
}

function geluOf(node: Node): ScalarFunction {
  if (node.string('approximate') !== 'tanh') return (x) => 0.5 * x * (1 + erf(x / Math.SQRT2));
  return (x) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));
}

function hardSigmoidOf(node: Node): ScalarFunction {
  const [alpha, beta] = [node.float('alpha', 0.2), node.float('beta', 0.5)];
  return (x) => clamp(alpha * x + beta, 0, 1);
}

function leakyReluOf(node: Node): ScalarFunction {
  const alpha = node.float('alpha', 0.01);
  return (x) => (x < 0 ? alpha * x : x);
}

function eluOf(node: Node): ScalarFunction {
  const alpha = node.float('alpha', 1);
  return (x) => (x < 0 ? alpha * Math.expm1(x) : x);
}

const MAKERS: Readonly<Record<string, (node: Node) => ScalarFunction>> = {
  Relu: () => (x) => Math.max(0, x),
  LeakyRelu: leakyReluOf,
  Elu: eluOf,
  Sigmoid: () => sigmoid,
  HardSigmoid: hardSigmoidOf,
  HardSwish: () => (x) => x * clamp(x / 6 + 0.5, 0, 1),
  Swish: (node) => {
    const alpha = node.float('alpha', 1);
    return (x) => x * sigmoid(alpha * x);
  },
  Mish: () => (x) => x * Math.tanh(Math.log1p(Math.exp(x))),
  Tanh: () => Math.tanh,
  Softplus: () => (x) => Math.log1p(Math.exp(x)),
  Softsign: () => (x) => x / (1 + Math.abs(x)),
  Gelu: geluOf,
  Erf: () => erf,
  Abs: () => Math.abs,
  Neg: () => (x) => -x,
  Exp: () => Math.exp,
  Identity: () => (x) => x,
  Cast: () => (x) => x,
  Dropout: () => (x) => x,
};

/** A bound of Clip: an attribute before opset 11, a constant operand since; undefined where it is computed. */
async function boundOf(node: Node, name: string, input: number, fallback: number): Promise<number | undefined> {
  if (!node.inputs[input]) return node.float(name, fallback);
  const tensor = node.input(input)?.weight?.tensor;
  return tensor && (await readFloats(tensor))[0];
}

async function clipOf(node: Node): Promise<ScalarFunction | undefined> {
  const low = await boundOf(node, 'min', 1, Number.NEGATIVE_INFINITY);
  const high = await boundOf(node, 'max', 2, Number.POSITIVE_INFINITY);
  return low === undefined || high === undefined ? undefined : (x) => clamp(x, low, high);
}

/** What a node of one input does to each element; undefined for every other node. */
export async function scalarFunction(node: Node): Promise<ScalarFunction | undefined> {
  if (node.domain !== '') return undefined;
  return node.opType === 'Clip' ? clipOf(node) : MAKERS[node.opType]?.(node);
}
