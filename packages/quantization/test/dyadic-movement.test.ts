import { afterAll, describe, expect, it } from '@jest/globals';
import {
  type AttributeValue,
  float32Tensor,
  int64Tensor,
  type Model,
  memoryTensor,
  type NodeSpec,
  type Tensor,
} from '@onnx-compress/graph';
import { buildModel } from '@onnx-compress/test-kit';
import { closeHost } from '@onnx-compress/test-kit/runtime';
import { differences, inIntegers, type Step } from './support/integer-forms.js';

afterAll(closeHost);

const DIMS = [2, 8, 4, 6];
const COUNT = 2 * 8 * 4 * 6;

const bytes = (seed: number) =>
  memoryTensor(
    'uint8',
    DIMS,
    Uint8Array.from({ length: COUNT }, (_, index) => (index * 101 + seed) % 256),
  );

const CONSTANTS: Readonly<Record<string, Tensor>> = {
  picked: int64Tensor([3], [2, 0, 3]),
  shape: int64Tensor([2], [2, -1]),
  first: int64Tensor([1], [1]),
  last: int64Tensor([1], [3]),
  scales: float32Tensor([4], [1, 1, 2, 2]),
  choice: memoryTensor('bool', [1, 8, 1, 1], Uint8Array.of(1, 0, 0, 1, 1, 0, 1, 0)),
};

/** A node between integers q0 and q1 that are fed and y, each at its step. */
function between(node: Omit<NodeSpec, 'outputs'>, inputs: readonly Step[], output: Step): Model {
  const weights: Record<string, Tensor> = { ...CONSTANTS };
  const step = (name: string, { scale, zeroPoint }: Step) => {
    weights[`${name}_scale`] = float32Tensor([], [scale]);
    weights[`${name}_zero`] = memoryTensor('uint8', [], Uint8Array.of(zeroPoint));
    return [`${name}_scale`, `${name}_zero`];
  };
  const dequantized = inputs.map((one, index) => ({
    opType: 'DequantizeLinear',
    inputs: [`q${index}`, ...step(`q${index}`, one)],
    outputs: [`x${index}`],
  }));
  return buildModel({
    inputs: Object.fromEntries(inputs.map((_, index) => [`q${index}`, ['uint8', DIMS] as const])),
    outputs: ['y'],
    weights,
    nodes: [
      ...dequantized,
      { ...node, outputs: ['z'] },
      { opType: 'QuantizeLinear', inputs: ['z', ...step('y', output)], outputs: ['y'] },
    ],
  });
}

const operatorsOf = (model: Model) => [...model.nodes()].map(({ opType }) => opType);

describe('operators that move integers', () => {
  const one: Step = { scale: 0.0546875, zeroPoint: 120 };

  it.each<[string, readonly string[], Readonly<Record<string, AttributeValue>>]>([
    ['DepthToSpace', [], { blocksize: { int: 2 } }],
    ['Gather', ['picked'], { axis: { int: 1 } }],
    ['Reshape', ['shape'], {}],
    ['Resize', ['', 'scales'], { mode: { string: 'nearest' } }],
    ['Slice', ['first', 'last', 'first'], {}],
    ['Transpose', [], { perm: { ints: [0, 2, 3, 1] } }],
  ])('%s does so without floats', async (opType, others, attributes) => {
    const model = between({ opType, inputs: ['x0', ...others], attributes }, [one], one);
    const { integers } = await inIntegers(model);
    expect(operatorsOf(integers)).toEqual([opType]);
    expect(await differences(model, integers, { q0: bytes(0) })).toMatchObject({ different: 0 });
  });

  it('Where chooses between integers, rescaled where they have another scale', async () => {
    const node = { opType: 'Where', inputs: ['choice', 'x0', 'x1'] };
    const other: Step = { scale: 0.0390625, zeroPoint: 100 };
    const output: Step = { scale: 0.0625, zeroPoint: 64 };
    for (const [inputs, given] of [
      [[one, one], one],
      [[one, other], output],
    ] as const) {
      const model = between(node, inputs, given);
      const { integers, certificates } = await inIntegers(model);
      expect(certificates).toMatchObject([{ exact: true }]);
      expect(operatorsOf(integers).filter((name) => name.endsWith('Linear'))).toEqual([]);
      expect(await differences(model, integers, { q0: bytes(0), q1: bytes(7) })).toMatchObject({ different: 0 });
    }
  });
});
