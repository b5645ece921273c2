import {
  type Model,
  type Node,
  present,
  readFloats,
  readIndices,
  type Tensor,
  weightBehind,
} from '@onnx-compress/graph';

/** A quotient of integers. */
interface Fraction {
  readonly over: bigint;
  readonly under: bigint;
}

/** Integers of a value, `scale * (integer - zero)`. */
interface Integers {
  readonly dims: readonly number[];
  readonly values: readonly bigint[];
  readonly scale: Fraction;
  readonly zero: bigint;
}

/** A float32 from its bits. */
function fraction(value: number): Fraction {
  const bits = new DataView(new ArrayBuffer(4));
  bits.setFloat32(0, value);
  const word = BigInt(bits.getUint32(0));
  const exponent = Number((word >> 23n) & 255n) - 150;
  const mantissa = (word & 0x7fffffn) + 0x800000n;
  return exponent < 0
    ? { over: mantissa, under: 1n << BigInt(-exponent) }
    : { over: mantissa << BigInt(exponent), under: 1n };
}

const times = (a: Fraction, b: Fraction): Fraction => ({ over: a.over * b.over, under: a.under * b.under });
const divided = (a: Fraction, b: Fraction): Fraction => ({ over: a.over * b.under, under: a.under * b.over });

/** `value * factor`, rounded half to even. */
function rounded(value: bigint, { over, under }: Fraction): bigint {
  const product = value * over;
  const floor = product >= 0n ? product / under : -((-product + under - 1n) / under);
  const twice = 2n * (product - floor * under);
  if (twice !== under) return twice > under ? floor + 1n : floor;
  return floor % 2n === 0n ? floor : floor + 1n;
}

const saturated = (value: bigint): bigint => (value < 0n ? 0n : value > 255n ? 255n : value);

type Known = Map<string, Integers>;

/** What integers an operator gives, as numbers at some scale, for the result to be rounded to its own. */
type Rule = (node: Node, inputs: readonly Integers[], constants: Constants) => Sums | Promise<Sums>;

interface Sums {
  readonly dims: readonly number[];
  readonly values: readonly bigint[];
  readonly scaleOf: (index: number) => Fraction;
}

interface Constants {
  readonly weight: Integers & { readonly scales: readonly Fraction[] };
  readonly bias: readonly bigint[];
}

const size = (dims: readonly number[]) => dims.reduce((product, one) => product * one, 1);
const at = (values: readonly bigint[], index: number) => present(values[index], `integer ${index}`);

/** Groups of one, one item, square strides and pads. */
function convolution(node: Node, [data]: readonly Integers[], { weight, bias }: Constants): Sums {
  const { dims, values, zero, scale } = present(data, 'data');
  const [, channels = 0, height = 0, width = 0] = dims;
  const [filters = 0, , kernelHeight = 0, kernelWidth = 0] = weight.dims;
  const [stride = 1] = node.ints('strides') ?? [];
  const [pad = 0] = node.ints('pads') ?? [];
  const outHeight = Math.floor((height + 2 * pad - kernelHeight) / stride) + 1;
  const outWidth = Math.floor((width + 2 * pad - kernelWidth) / stride) + 1;
  const sums: bigint[] = [];
  for (let filter = 0; filter < filters; filter++)
    for (let row = 0; row < outHeight; row++)
      for (let column = 0; column < outWidth; column++) {
        let sum = bias[filter] ?? 0n;
        for (let channel = 0; channel < channels; channel++)
          for (let y = 0; y < kernelHeight; y++)
            for (let x = 0; x < kernelWidth; x++) {
              const [top, left] = [row * stride + y - pad, column * stride + x - pad];
              if (top < 0 || left < 0 || top >= height || left >= width) continue;
              const factor = at(weight.values, ((filter * channels + channel) * kernelHeight + y) * kernelWidth + x);
              sum += (at(values, (channel * height + top) * width + left) - zero) * factor;
            }
        sums.push(sum);
      }
  const area = outHeight * outWidth;
  const scaleOf = (index: number) => times(scale, present(weight.scales[Math.floor(index / area)], 'scale'));
  return { dims: [1, filters, outHeight, outWidth], values: sums, scaleOf };
}

/** One row times a matrix [N, K]. */
function product(node: Node, [data]: readonly Integers[], { weight, bias }: Constants): Sums {
  const { values, zero, scale } = present(data, 'data');
  const isTransposed = node.int('transB', 0) !== 0;
  const [first = 0, second = 0] = weight.dims;
  const [columns, length] = isTransposed ? [first, second] : [second, first];
  const sums = Array.from({ length: columns }, (_, column) =>
    values.reduce((sum, value, index) => {
      const place = isTransposed ? column * length + index : index * columns + column;
      return sum + (value - zero) * at(weight.values, place);
    }, bias[column] ?? 0n),
  );
  return { dims: [1, columns], values: sums, scaleOf: (index) => times(scale, present(weight.scales[index], 'scale')) };
}

/** Both terms on one denominator. */
function sum(_: Node, [left, right]: readonly Integers[]): Sums {
  const [a, b] = [present(left, 'left'), present(right, 'right')];
  const values = a.values.map((value, index) => {
    const ofLeft = (value - a.zero) * a.scale.over * b.scale.under;
    return ofLeft + (at(b.values, index) - b.zero) * b.scale.over * a.scale.under;
  });
  const scale = { over: 1n, under: a.scale.under * b.scale.under };
  return { dims: a.dims, values, scaleOf: () => scale };
}

function average(_: Node, [data]: readonly Integers[]): Sums {
  const { dims, values, zero, scale } = present(data, 'data');
  const [, channels = 0, ...spatial] = dims;
  const area = size(spatial);
  const sums = Array.from({ length: channels }, (_unused, channel) =>
    values.slice(channel * area, (channel + 1) * area).reduce((total, value) => total + value - zero, 0n),
  );
  const mean = { over: scale.over, under: scale.under * BigInt(area) };
  return { dims: [1, channels, ...spatial.map(() => 1)], values: sums, scaleOf: () => mean };
}

/** Windows of two by two. */
function largest(_: Node, [data]: readonly Integers[]): Sums {
  const { dims, values, zero, scale } = present(data, 'data');
  const [, channels = 0, height = 0, width = 0] = dims;
  const found: bigint[] = [];
  for (let channel = 0; channel < channels; channel++)
    for (let row = 0; row + 1 < height; row += 2)
      for (let column = 0; column + 1 < width; column += 2) {
        const place = (channel * height + row) * width + column;
        const four = [place, place + 1, place + width, place + width + 1].map((index) => at(values, index) - zero);
        found.push(four.sort((a, b) => Number(b - a))[0] ?? 0n);
      }
  return { dims: [1, channels, height >> 1, width >> 1], values: found, scaleOf: () => scale };
}

function flat(_: Node, [data]: readonly Integers[]): Sums {
  const { dims, values, zero, scale } = present(data, 'data');
  return { dims: [1, size(dims)], values: values.map((value) => value - zero), scaleOf: () => scale };
}

function productOfTwo(_: Node, [left, right]: readonly Integers[]): Sums {
  const [a, b] = [present(left, 'left'), present(right, 'right')];
  const values = a.values.map((value, index) => (value - a.zero) * (at(b.values, index) - b.zero));
  return { dims: a.dims, values, scaleOf: () => times(a.scale, b.scale) };
}

/** Fraction bits of what functions give. */
const FRACTION_BITS = 60;

/** A function, as near as a double is. */
const functionOf =
  (compute: (value: number, node: Node) => number): Rule =>
  (node, [data]) => {
    const { dims, values, zero, scale } = present(data, 'data');
    const step = Number(scale.over) / Number(scale.under);
    const given = values.map((value) =>
      BigInt(Math.round(compute(Number(value - zero) * step, node) * 2 ** FRACTION_BITS)),
    );
    return { dims, values: given, scaleOf: () => ({ over: 1n, under: 2n ** BigInt(FRACTION_BITS) }) };
  };

const FUNCTIONS: Readonly<Record<string, Rule>> = {
  HardSwish: functionOf((value) => (value * Math.min(6, Math.max(0, value + 3))) / 6),
  LeakyRelu: functionOf((value, node) => (value < 0 ? value * node.float('alpha', 0.01) : value)),
  Sigmoid: functionOf((value) => 1 / (1 + Math.exp(-value))),
  Tanh: functionOf(Math.tanh),
};

const RULES: Readonly<Record<string, Rule>> = {
  ...FUNCTIONS,
  Add: sum,
  Conv: convolution,
  Flatten: flat,
  Gemm: product,
  GlobalAveragePool: average,
  MaxPool: largest,
  Mul: productOfTwo,
};

/** Kernels that round sums or products of floats, with the zero point added. */
const ROUND_WITH_ZERO: ReadonlySet<string> = new Set(['Add', 'Mul']);

/**
 * Computes a model with QuantizeLinear and DequantizeLinear in integers of any size and exact fractions, for one item:
 * nothing is rounded but the results.
 *
 * @param first integers of the first QuantizeLinear, whose result they are
 * @returns the integers behind every QuantizeLinear, by name
 */
export async function inFractions(model: Model, first: Tensor): Promise<ReadonlyMap<string, readonly bigint[]>> {
  const known: Known = new Map();
  for (const node of model.graph.nodes) {
    if (node.opType !== 'QuantizeLinear') continue;
    const [name = ''] = node.outputs;
    const { scale, zero } = await stepOf(node);
    const values =
      known.size === 0
        ? { dims: first.dims, values: (await readIndices(first)).map(BigInt) }
        : await computed(node, known);
    known.set(name, { ...values, scale, zero });
  }
  return new Map([...known].map(([name, { values }]) => [name, values]));
}

async function stepOf(node: Node): Promise<{ readonly scale: Fraction; readonly zero: bigint }> {
  const [scale = 0] = await readFloats(present(weightBehind(node.input(1)), 'scale').tensor);
  const [zero = 0] = await readIndices(present(weightBehind(node.input(2)), 'zero point').tensor);
  return { scale: fraction(scale), zero: BigInt(zero) };
}

async function computed(quantize: Node, known: Known) {
  let node = present(quantize.input(0)?.producer, 'operator');
  while (node.opType === 'Relu' || node.opType === 'Clip') node = present(node.input(0)?.producer, 'operator');
  const read = node.inputs.map((_, index) => node.input(index)?.producer?.inputs[0] ?? '');
  const inputs = read.flatMap((name) => known.get(name) ?? []);
  const rule = present(RULES[node.opType], `rule for ${node.opType}`);
  const sums = await rule(node, inputs, await constantsOf(node));
  const { scale, zero } = await stepOf(quantize);
  const store = (value: bigint, index: number) => {
    const factor = divided(sums.scaleOf(index), scale);
    if (!ROUND_WITH_ZERO.has(node.opType)) return saturated(rounded(value, factor) + zero);
    return saturated(rounded(value * factor.over + zero * factor.under, { over: 1n, under: factor.under }));
  };
  return { dims: sums.dims, values: sums.values.map(store) };
}

async function constantsOf(node: Node): Promise<Constants> {
  const weight = node.input(1)?.producer;
  const tensor = weightBehind(weight?.input(0))?.tensor;
  const bias = weightBehind(node.input(2)?.producer?.input(0))?.tensor;
  const scales = weight && tensor ? await readFloats(present(weightBehind(weight.input(1)), 'scales').tensor) : [];
  return {
    weight: {
      dims: tensor?.dims ?? [],
      values: tensor ? (await readIndices(tensor)).map(BigInt) : [],
      scale: { over: 1n, under: 1n },
      scales: Array.from(scales, fraction),
      zero: 0n,
    },
    bias: bias ? (await readIndices(bias)).map(BigInt) : [],
  };
}
