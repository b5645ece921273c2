import { type Node, readFloats, type Tensor, type Weight, weightBehind } from '@onnx-compress/graph';
import { multiplied, zeroPointsSubtracted } from './restore-values.js';
import { constantFactor } from './restored-weight.js';

/** Where an operator has the parameters of a quantized operand, and the axis of the operand that they run along. */
interface Parameters {
  readonly scale: number | undefined;
  readonly zeroPoint: number;
  readonly axis: (node: Node, rank: number) => number;
}

const first = () => 0;
const last = (_: Node, rank: number) => rank - 1;
const columns = (node: Node, rank: number) => (node.int('transB', 0) === 0 ? rank - 1 : rank - 2);
const given = (node: Node, rank: number) => (rank === 1 ? 0 : (node.int('axis', 1) + rank) % rank);

/** For each operator, the operand that may hold a quantized weight. */
const OPERANDS: Readonly<Record<string, Parameters & { readonly weight: number }>> = {
  DequantizeLinear: { weight: 0, scale: 1, zeroPoint: 2, axis: given },
  QLinearConv: { weight: 3, scale: 4, zeroPoint: 5, axis: first },
  ConvInteger: { weight: 1, scale: undefined, zeroPoint: 3, axis: first },
  QLinearMatMul: { weight: 3, scale: 4, zeroPoint: 5, axis: last },
  MatMulInteger: { weight: 1, scale: undefined, zeroPoint: 3, axis: last },
  QGemm: { weight: 3, scale: 4, zeroPoint: 5, axis: columns },
  MatMulIntegerToFloat: { weight: 1, scale: 3, zeroPoint: 5, axis: last },
  DynamicQuantizeMatMul: { weight: 1, scale: 2, zeroPoint: 3, axis: last },
};

/** One step on the way from what is stored to what it stands for. */
type Step = (values: Float32Array, dims: readonly number[]) => Promise<Float32Array>;

/** Scales and zero points of one axis, or of blocks along it, as a tensor that broadcasts to the weight. */
function along(tensor: Tensor, dims: readonly number[], axis: number): readonly number[] {
  return tensor.dims.length === 1 ? dims.map((_, index) => (index === axis ? (tensor.dims[0] ?? 1) : 1)) : tensor.dims;
}

function dequantization(node: Node, { scale, zeroPoint, axis }: Parameters): readonly Step[] {
  const step = (input: number | undefined, apply: typeof multiplied): readonly Step[] => {
    const tensor = input === undefined ? undefined : weightBehind(node.input(input))?.tensor;
    if (tensor === undefined) return [];
    return [
      async (values, dims) =>
        apply(values, dims, await readFloats(tensor), along(tensor, dims, axis(node, dims.length))),
    ];
  };
  return [...step(zeroPoint, zeroPointsSubtracted), ...step(scale, multiplied)];
}

function multiplication({ tensor }: Weight): Step {
  return async (values, dims) => multiplied(values, dims, await readFloats(tensor), tensor.dims);
}

/** The constant among the factors that a product of integers is multiplied by, or the rows that are picked of one. */
function factorsOf(node: Node, input: number): readonly Weight[] {
  const direct = constantFactor(node, input);
  if (direct !== undefined || node.opType !== 'Mul') return direct === undefined ? [] : [direct];
  const { producer } = node.input(1 - input) ?? {};
  if (producer?.opType === 'Gather') return [weightBehind(producer.input(0)) ?? []].flat();
  return producer?.opType === 'Mul' ? [0, 1].flatMap((index) => weightBehind(producer.input(index)) ?? []) : [];
}

/** What the nodes that read a value do to it, as long as it stays the same weight in another form. */
function restoration(weight: Weight): readonly Step[] {
  const steps: Step[] = [];
  let { uses } = weight.value;
  for (;;) {
    const use = uses.find((own) => own.kind === 'input' && leadsOn(own.node, own.index));
    if (use?.kind !== 'input') return steps;
    const { node, index } = use;
    const operand = OPERANDS[node.opType];
    if (operand?.weight === index) steps.push(...dequantization(node, operand));
    const factors = factorsOf(node, index);
    steps.push(...factors.map(multiplication));
    uses = factors.length > 0 && node.opType === 'Mul' && constantFactor(node, index) === undefined ? [] : usesOf(node);
  }
}

const usesOf = (node: Node) => node.output(0)?.uses ?? [];

/** True where the node reads the weight as a quantized one, or hands it on in another form. */
function leadsOn(node: Node, input: number): boolean {
  if (OPERANDS[node.opType]?.weight === input || factorsOf(node, input).length > 0) return true;
  return input === 0 && ['Cast', 'Identity', 'Gather'].includes(node.opType);
}

/**
 * The numbers that a weight stands for, row-major: of a quantized one `(stored - zeroPoint) * scale`, as far as its
 * parameters are constants. Plain weights come as `readFloats` gives them: never change the result.
 *
 * @param into see `Tensor.bytes`
 */
export async function weightValues(weight: Weight, into?: Uint8Array): Promise<Float32Array> {
  let values = await readFloats(weight.tensor, into);
  for (const step of restoration(weight)) values = await step(values, weight.tensor.dims);
  return values;
}
