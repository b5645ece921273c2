import type { Axis } from '../axes/axis.js';
import * as reasons from '../reasons.js';
import { concatenation } from './concat.js';
import { convolution } from './conv.js';
import { unary } from './elementwise.js';
import { product } from './matmul.js';
import type { Axes, Operation, Rule } from './operation.js';
import { quantizeLinear } from './quantize.js';
import { reduce, softmax } from './reduce.js';
import { globalPool, pool } from './spatial.js';

/** Where the operands of a product of integer matrices are. */
interface Operands {
  readonly second: number;
  /** Scales and zero points of the first matrix, one for all or one for each row. */
  readonly perRow: readonly number[];
  /** Scales, zero points and biases of the second matrix, one for all or one for each column. */
  readonly perColumn: readonly number[];
}

/** Unifies a column or row of parameters with the axis; parameters are [n], [..., 1, n] or [..., n, 1]. */
function parameters(op: Operation, axis: Axis | undefined, indices: readonly number[], fromEnd: -1 | -2): void {
  for (const index of indices) {
    const own = op.inputs[index] ?? [];
    op.broadcast([axis, own.length === 1 ? own[0] : own.at(fromEnd)]);
  }
}

const matrices =
  ({ second, perRow, perColumn }: Operands): Rule =>
  (op) => {
    const [a, b] = [op.input(0), op.input(second)];
    if (a.length < 2 || b.length < 2) return op.refuse(reasons.unknownRank(op.node));
    const oriented = (axes: Axes, attribute: string) =>
      op.node.int(attribute, 0) === 0 ? axes : [...axes.slice(0, -2), ...axes.slice(-2).reverse()];
    const result = product(op, oriented(a, 'transA'), oriented(b, 'transB'), [0, second]);
    parameters(op, result.at(-2), perRow, -2);
    parameters(op, result.at(-1), perColumn, -1);
    return [result];
  };

/** Values of the given inputs, broadcast to each other; the inputs between them are scales and zero points. */
const combined =
  (...indices: readonly number[]): Rule =>
  (op) => {
    const shapes = indices.map((index) => op.input(index));
    const rank = Math.max(...shapes.map(({ length }) => length));
    return [
      Array.from({ length: rank }, (_, axis) => op.broadcast(shapes.map((axes) => axes[axis - rank + axes.length]))),
    ];
  };

/** Inputs are a scale, a zero point, and then three for each part. */
const concat: Rule = (op) =>
  concatenation(
    op,
    op.inputs.flatMap((axes, index) => (index % 3 === 2 && axes !== undefined ? [axes] : [])),
  );

const channelsFirst =
  (rule: Rule): Rule =>
  (op) =>
    op.node.int('channels_last', 0) === 0 ? rule(op) : op.refuse(reasons.channelsLast(op.node));

/** Operators of the standard on integer weights. */
export const INTEGER_RULES: readonly (readonly [string, Rule])[] = [
  ['ConvInteger', (op) => convolution(op, { weight: 1, perOutput: [3] })],
  ['QLinearConv', (op) => convolution(op, { weight: 3, perOutput: [4, 5, 8] })],
  ['MatMulInteger', matrices({ second: 1, perRow: [2], perColumn: [3] })],
  ['QLinearMatMul', matrices({ second: 3, perRow: [1, 2], perColumn: [4, 5] })],
];

/** Operators of onnxruntime on integer weights and activations. */
export const ONNXRUNTIME_INTEGER_RULES: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ['QuantizeLinear', quantizeLinear],
  ['DequantizeLinear', quantizeLinear],
  ['QLinearConv', channelsFirst((op) => convolution(op, { weight: 3, perOutput: [4, 5, 8] }))],
  ['QGemm', matrices({ second: 3, perRow: [], perColumn: [4, 5, 6] })],
  ['DynamicQuantizeMatMul', matrices({ second: 1, perRow: [], perColumn: [2, 3, 4] })],
  ['MatMulIntegerToFloat', matrices({ second: 1, perRow: [2, 4], perColumn: [3, 5, 6] })],
  ['QLinearAdd', combined(0, 3)],
  ['QLinearMul', combined(0, 3)],
  ['QLinearWhere', combined(0, 1, 4)],
  ['QLinearConcat', concat],
  ['QLinearLeakyRelu', unary],
  ['QLinearSigmoid', unary],
  ['QLinearSoftmax', softmax],
  ['QLinearReduceMean', reduce],
  ['QLinearAveragePool', channelsFirst(pool)],
  ['QLinearGlobalAveragePool', channelsFirst(globalPool)],
]);
