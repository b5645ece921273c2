import { afterAll, describe, expect, it } from '@jest/globals';
import {
  type AttributeValue,
  float32Tensor,
  floatsToTensor,
  type Model,
  type NodeSpec,
  readFloats,
  type Tensor,
} from '@onnx-compress/graph';
import { buildModel, randomFloats, randomValues, type TypeSpec } from '@onnx-compress/test-kit';
import { closeHost } from '@onnx-compress/test-kit/runtime';
import { foldBatchNorms } from '../src/rewrites/fold-batch-norms.js';
import { expectSameOutputs } from './support/exactness.js';
import { operators, rewritten } from './support/rewritten.js';

afterAll(closeHost);

const TOLERANCE = 1e-5;

const int = (value: number): AttributeValue => ({ int: value });

/** Parameters named `<prefix>_scale` and so on, with a positive variance. */
function normWeights(prefix: string, channels: number, seed: number): Record<string, Tensor> {
  const variance = randomValues(channels, seed + 3).map((value) => Math.abs(value) + 0.3);
  return {
    [`${prefix}_scale`]: randomFloats([channels], seed),
    [`${prefix}_bias`]: randomFloats([channels], seed + 1),
    [`${prefix}_mean`]: randomFloats([channels], seed + 2),
    [`${prefix}_variance`]: float32Tensor([channels], variance),
  };
}

function norm(prefix: string, input: string, output: string, attributes = {}): NodeSpec {
  const parameters = ['scale', 'bias', 'mean', 'variance'].map((part) => `${prefix}_${part}`);
  return { opType: 'BatchNormalization', name: prefix, inputs: [input, ...parameters], outputs: [output], attributes };
}

interface Net {
  readonly input: readonly number[];
  readonly weights: Record<string, Tensor>;
  readonly nodes: readonly NodeSpec[];
  readonly outputs?: readonly string[];
  readonly opset?: number;
}

function net({ input, weights, nodes, outputs = ['y'], opset = 17 }: Net): Model {
  return buildModel({ opset, inputs: { x: ['float32', input] }, outputs, weights, nodes });
}

async function expectFolded(original: Model, input: readonly number[], left: readonly string[]): Promise<void> {
  const { model, changed } = await rewritten(original, foldBatchNorms);
  expect(operators(model)).toEqual(left);
  expect(changed.length).toBeGreaterThan(0);
  expect([...model.weights()].filter(({ value }) => value.uses.length === 0)).toEqual([]);
  await expectSameOutputs(original, model, { x: randomFloats(input, 99) }, TOLERANCE);
}

async function expectKept(original: Model, reason: RegExp): Promise<void> {
  const { changed, skipped } = await rewritten(original, foldBatchNorms);
  expect(changed).toEqual([]);
  expect(skipped.map((skip) => skip.reason)).toEqual([expect.stringMatching(reason)]);
}

const IMAGE = [2, 4, 7, 7];

describe('BatchNormalization behind', () => {
  it.each([
    ['Conv', [6, 4, 3, 3], 6, {}],
    ['Conv', [6, 2, 3, 3], 6, { group: int(2), pads: { ints: [1, 1, 1, 1] } }],
    ['Conv', [4, 1, 3, 3], 4, { group: int(4) }],
    ['ConvTranspose', [4, 6, 3, 3], 6, {}],
    ['ConvTranspose', [4, 3, 3, 3], 6, { group: int(2) }],
  ] as const)(
    '%s with a weight %j is folded into it, with and without bias',
    async (opType, dims, channels, attributes) => {
      for (const bias of [false, true]) {
        const weights = { w: randomFloats(dims, 1), ...normWeights('bn', channels, 10) };
        const original = net({
          input: IMAGE,
          weights: bias ? { ...weights, b: randomFloats([channels], 2) } : weights,
          nodes: [
            { opType, inputs: bias ? ['x', 'w', 'b'] : ['x', 'w'], outputs: ['h'], attributes },
            norm('bn', 'h', 'y', { epsilon: { float: 0.01 } }),
          ],
        });
        await expectFolded(original, IMAGE, [opType]);
      }
    },
  );

  it.each<[Record<string, AttributeValue>, readonly number[], readonly number[] | undefined]>([
    [{}, [12, 6], undefined],
    [{ transB: int(1) }, [6, 12], [6]],
    [{ alpha: { float: 0.5 }, beta: { float: -2 } }, [12, 6], [1, 6]],
    [{ beta: { float: 0 } }, [12, 6], [6]],
    [{ transB: int(1) }, [6, 12], []],
  ])('Gemm %j is folded into it (weight %j, bias %j)', async (attributes, dims, bias) => {
    const weights = { w: randomFloats(dims, 1), ...normWeights('bn', 6, 10) };
    const original = net({
      input: [3, 12],
      weights: bias ? { ...weights, b: randomFloats(bias, 2) } : weights,
      nodes: [
        { opType: 'Gemm', inputs: bias ? ['x', 'w', 'b'] : ['x', 'w'], outputs: ['h'], attributes },
        norm('bn', 'h', 'y'),
      ],
    });
    await expectFolded(original, [3, 12], ['Gemm']);
  });

  const product = (input: readonly number[], channels: number) =>
    net({
      input,
      weights: {
        w: randomFloats([12, channels], 1),
        b: randomFloats([channels], 2),
        ...normWeights('bn', channels, 10),
      },
      nodes: [
        { opType: 'MatMul', inputs: ['x', 'w'], outputs: ['p'] },
        { opType: 'Add', inputs: ['b', 'p'], outputs: ['h'] },
        norm('bn', 'h', 'y'),
      ],
    });

  it('MatMul and Add is folded into them', () => expectFolded(product([3, 12], 6), [3, 12], ['MatMul', 'Add']));

  it('MatMul and Add of more than two dimensions stays, since its channels are not the columns', () =>
    expectKept(product([2, 6, 12], 6), /no neighbour/));

  it('another one is folded too', async () => {
    const original = net({
      input: IMAGE,
      weights: { w: randomFloats([6, 4, 3, 3], 1), ...normWeights('one', 6, 10), ...normWeights('two', 6, 20) },
      nodes: [{ opType: 'Conv', inputs: ['x', 'w'], outputs: ['h'] }, norm('one', 'h', 'i'), norm('two', 'i', 'y')],
    });
    await expectFolded(original, IMAGE, ['Conv']);
  });

  it('a Conv whose bias others share leaves them the old bias', async () => {
    const original = net({
      input: IMAGE,
      weights: {
        w: randomFloats([4, 4, 1, 1], 1),
        v: randomFloats([4, 4, 1, 1], 2),
        b: randomFloats([4], 3),
        ...normWeights('bn', 4, 10),
      },
      nodes: [
        { opType: 'Conv', inputs: ['x', 'w', 'b'], outputs: ['h'] },
        norm('bn', 'h', 'i'),
        { opType: 'Conv', inputs: ['i', 'v', 'b'], outputs: ['y'] },
      ],
    });
    await expectFolded(original, IMAGE, ['Conv', 'Conv']);
  });

  it('a Conv is folded once where one constant is both bias and mean', async () => {
    const weights = {
      w: randomFloats([4, 4, 1, 1], 1),
      scale: randomFloats([4], 2),
      zeros: float32Tensor([4], [0, 0, 0, 0]),
      variance: float32Tensor([4], [1, 2, 3, 4]),
      last: randomFloats([4, 1, 1], 3),
    };
    const original = net({
      input: IMAGE,
      weights,
      nodes: [
        { opType: 'Conv', inputs: ['x', 'w'], outputs: ['h'] },
        { opType: 'BatchNormalization', inputs: ['h', 'scale', 'zeros', 'zeros', 'variance'], outputs: ['i'] },
        { opType: 'PRelu', inputs: ['i', 'last'], outputs: ['y'] },
      ],
    });
    await expectFolded(original, IMAGE, ['Conv', 'PRelu']);
  });

  it('a Conv in float16 is folded in float16', async () => {
    const half = async (tensor: Tensor) => floatsToTensor('float16', tensor.dims, await readFloats(tensor));
    const weights: Record<string, Tensor> = {};
    for (const [name, tensor] of Object.entries({ w: randomFloats([6, 4, 3, 3], 1), ...normWeights('bn', 6, 10) })) {
      weights[name] = await half(tensor);
    }
    const original = buildModel({
      inputs: { x: ['float16', IMAGE] satisfies TypeSpec },
      outputs: ['y'],
      weights,
      nodes: [{ opType: 'Conv', inputs: ['x', 'w'], outputs: ['h'] }, norm('bn', 'h', 'y')],
    });
    const { model } = await rewritten(original, foldBatchNorms);
    expect([...model.weights()].map(({ tensor }) => tensor.dataType)).toEqual(['float16', 'float16']);
    await expectSameOutputs(original, model, { x: await half(randomFloats(IMAGE, 9)) }, 4e-3);
  });
});

describe('BatchNormalization in front of', () => {
  const before = (attributes: Record<string, AttributeValue>, dims: readonly number[]) =>
    net({
      input: IMAGE,
      weights: { w: randomFloats(dims, 1), b: randomFloats([6], 2), ...normWeights('bn', 4, 10) },
      nodes: [norm('bn', 'x', 'h'), { opType: 'Conv', inputs: ['h', 'w', 'b'], outputs: ['y'], attributes }],
    });

  it.each([
    [{}, [6, 4, 3, 3]],
    [{ group: int(2) }, [6, 2, 3, 3]],
    [{ auto_pad: { string: 'VALID' }, strides: { ints: [2, 2] } }, [6, 4, 3, 3]],
  ])('a Conv without padding is folded into it: %j', (attributes, dims) =>
    expectFolded(before(attributes, dims), IMAGE, ['Conv']),
  );

  it.each([{ pads: { ints: [1, 1, 1, 1] } }, { auto_pad: { string: 'SAME_UPPER' } }])(
    'a Conv with padding stays: %j',
    (attributes) => expectKept(before(attributes, [6, 4, 3, 3]), /pads with zeros/),
  );

  it.each([0, 1])('a Gemm is folded into it (transB %d)', async (transB) => {
    const original = net({
      input: [3, 12],
      weights: {
        w: randomFloats(transB ? [6, 12] : [12, 6], 1),
        b: randomFloats([6], 2),
        ...normWeights('bn', 12, 10),
      },
      nodes: [
        norm('bn', 'x', 'h'),
        {
          opType: 'Gemm',
          inputs: ['h', 'w', 'b'],
          outputs: ['y'],
          attributes: { transB: int(transB), alpha: { float: 0.5 }, beta: { float: 3 } },
        },
      ],
    });
    await expectFolded(original, [3, 12], ['Gemm']);
  });
});

describe('BatchNormalization stays', () => {
  const conv: NodeSpec = { opType: 'Conv', inputs: ['x', 'w'], outputs: ['h'] };
  const weights = { w: randomFloats([4, 4, 1, 1], 1), ...normWeights('bn', 4, 10) };

  it('where the Conv has another reader', () =>
    expectKept(
      net({
        input: IMAGE,
        weights,
        nodes: [conv, norm('bn', 'h', 'y'), { opType: 'Relu', inputs: ['h'], outputs: ['z'] }],
        outputs: ['y', 'z'],
      }),
      /"h" has other readers/,
    ));

  it('where the weight is shared', () =>
    expectKept(
      net({
        input: IMAGE,
        weights,
        nodes: [conv, norm('bn', 'h', 'i'), { opType: 'Conv', inputs: ['i', 'w'], outputs: ['y'] }],
      }),
      /weight "w" is shared/,
    ));

  it('in training mode', () =>
    expectKept(
      net({ input: IMAGE, weights, nodes: [conv, norm('bn', 'h', 'y', { training_mode: int(1) })] }),
      /training mode/,
    ));

  it('where nothing is next to it', () =>
    expectKept(
      net({
        input: IMAGE,
        weights: normWeights('bn', 4, 10),
        nodes: [{ opType: 'Relu', inputs: ['x'], outputs: ['h'] }, norm('bn', 'h', 'y')],
      }),
      /no neighbour/,
    ));
});
