import { afterAll, describe, expect, it } from '@jest/globals';
import { type AttributeValue, float32Tensor, int64Tensor, memoryTensor, readFloats } from '@onnx-compress/graph';
import { buildModel, randomFloats } from '@onnx-compress/test-kit';
import { closeHost } from '@onnx-compress/test-kit/runtime';
import { fidelityDb } from './support/fidelity.js';
import { halved } from './support/halved.js';

afterAll(closeHost);

const ints = (...values: number[]) => ({ ints: values });
const int = (value: number) => ({ int: value });

const WEIGHTS = {
  kernel: randomFloats([8, 8, 3, 3], 1, 0.2),
  matrix: randomFloats([8, 8], 2, 0.3),
  vector: float32Tensor([8], [1, 2, 0.5, 1.5, 1, 1, 0.7, 0.9]),
  slopes: float32Tensor([8, 1, 1], [1, 2, 0.5, 1.5, 1, 1, 0.7, 0.9]),
  scalar: float32Tensor([], [0.5]),
  wide: randomFloats([1, 32, 8], 4, 0.3),
  middle: randomFloats([1, 24, 8], 5, 0.3),
  narrow: randomFloats([1, 8, 8], 6, 0.3),
  condition: memoryTensor('bool', [8], Uint8Array.of(1, 0, 1, 0, 1, 0, 1, 0)),
  axis: int64Tensor([1], [0]),
  shape: int64Tensor([3], [1, 8, 64]),
  steps: int64Tensor([3], [8, 8, 8]),
  full: int64Tensor([4], [2, 8, 8, 8]),
  pads: int64Tensor([8], [0, 0, 1, 1, 0, 0, 1, 1]),
  twice: int64Tensor([4], [1, 1, 2, 1]),
  starts: int64Tensor([1], [1]),
  ends: int64Tensor([1], [4]),
  indices: int64Tensor(
    [1, 8, 8, 8],
    Array.from({ length: 512 }, () => 0),
  ),
  tuples: int64Tensor([1, 1], [0]),
};

/** Operators by what they read; `x` is [1, 8, 8, 8], `sequence` and `flat` are the same as [8, 8, 8] and [8, 64]. */
const CASES: readonly (readonly [string, readonly string[], Readonly<Record<string, AttributeValue>>?])[] = [
  ...`Abs Ceil Cos Elu Erf Exp Flatten Floor Gelu GlobalAveragePool GlobalMaxPool HardSigmoid HardSwish Identity LeakyRelu
    Log LogSoftmax Mish Neg Reciprocal ReduceL1 ReduceMax ReduceMean ReduceMin ReduceSum Relu Round Selu Sigmoid Sign Sin
    Softmax Softplus Softsign Sqrt Tanh ThresholdedRelu Transpose Trilu ArgMax ArgMin Dropout`
    .split(/\s+/)
    .map((opType): readonly [string, readonly string[]] => [opType, ['x']]),
  ...'Add Div Equal Greater GreaterOrEqual Less LessOrEqual Max Min Mul Pow Sub Sum MatMul'
    .split(' ')
    .map((opType): readonly [string, readonly string[]] => [opType, ['x', 'matrix']]),
  ['AveragePool', ['x'], { kernel_shape: ints(2, 2) }],
  ['MaxPool', ['x'], { kernel_shape: ints(2, 2) }],
  ['BatchNormalization', ['x', 'vector', 'vector', 'vector', 'vector']],
  ['InstanceNormalization', ['x', 'vector', 'vector']],
  ['LayerNormalization', ['x', 'vector', 'vector']],
  ['LRN', ['x'], { size: int(3) }],
  ['Clip', ['x', 'scalar']],
  ['Concat', ['x', 'x'], { axis: int(1) }],
  ['Conv', ['x', 'kernel', 'vector']],
  ['ConvTranspose', ['x', 'kernel']],
  ['DepthToSpace', ['x'], { blocksize: int(2) }],
  ['SpaceToDepth', ['x'], { blocksize: int(2) }],
  ['Einsum', ['x', 'matrix'], { equation: { string: 'abcd,de->abce' } }],
  ['Expand', ['x', 'full']],
  ['Gather', ['x', 'axis'], { axis: int(1) }],
  ['GatherElements', ['x', 'indices'], { axis: int(1) }],
  ['GatherND', ['x', 'tuples']],
  ['ScatterElements', ['x', 'indices', 'x'], { axis: int(1) }],
  ['ScatterND', ['x', 'tuples', 'x']],
  ['Gemm', ['matrix', 'flat']],
  ['GRU', ['sequence', 'middle', 'middle'], { hidden_size: int(8) }],
  ['LSTM', ['sequence', 'wide', 'wide'], { hidden_size: int(8) }],
  ['RNN', ['sequence', 'narrow', 'narrow'], { hidden_size: int(8) }],
  ['PRelu', ['x', 'slopes']],
  ['Pad', ['x', 'pads', 'scalar']],
  ['Reshape', ['x', 'shape']],
  ['Slice', ['x', 'starts', 'ends']],
  ['Split', ['x'], { num_outputs: int(1) }],
  ['Squeeze', ['x', 'axis']],
  ['Unsqueeze', ['x', 'axis']],
  ['Tile', ['x', 'twice']],
  ['Where', ['condition', 'x', 'scalar']],
];

describe('in float16', () => {
  it.each(CASES)('%s loads and runs', async (opType, inputs, attributes = {}) => {
    const used = Object.entries(WEIGHTS).filter(([name]) => inputs.includes(name));
    const original = buildModel({
      opset: 20,
      irVersion: 9,
      inputs: { x: ['float32', [1, 8, 8, 8]] },
      outputs: ['y'],
      weights: { ...Object.fromEntries(used), steps: WEIGHTS.steps, rows: int64Tensor([2], [8, 64]) },
      nodes: [
        { opType: 'Reshape', inputs: ['x', 'steps'], outputs: ['sequence'] },
        { opType: 'Reshape', inputs: ['x', 'rows'], outputs: ['flat'] },
        { opType, name: 'node', inputs, outputs: ['y'], attributes },
      ],
    });
    const { model, skipped, metrics } = await halved(original, 'fp16 compute');
    expect([metrics.float16, skipped.filter(({ node }) => node === 'node' && !/shrink/.test(node))]).toEqual([3, []]);
    const x = float32Tensor(
      [1, 8, 8, 8],
      (await readFloats(randomFloats([1, 8, 8, 8], 7))).map((v) => Math.abs(v) + 0.2),
    );
    expect(await fidelityDb(original, model, { x })).toBeGreaterThan(20);
  });
});
