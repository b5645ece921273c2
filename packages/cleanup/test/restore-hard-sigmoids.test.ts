import { afterAll, describe, expect, it } from '@jest/globals';
import { type AttributeValue, float32Tensor, type Model, type NodeSpec, present } from '@onnx-compress/graph';
import { buildModel, randomFloats } from '@onnx-compress/test-kit';
import { closeHost } from '@onnx-compress/test-kit/runtime';
import { foldAffines } from '../src/rewrites/fold-affines.js';
import { restoreHardSigmoids } from '../src/rewrites/restore-hard-sigmoids.js';
import { expectSameOutputs } from './support/exactness.js';
import { operators, rewritten } from './support/rewritten.js';

afterAll(closeHost);

const TOLERANCE = 1e-6;

const scalar = (value: number) => float32Tensor([], [value]);

const WEIGHTS = {
  zero: scalar(0),
  half: scalar(0.5),
  one: scalar(1),
  three: scalar(3),
  six: scalar(6),
  sixth: scalar(1 / 6),
  rounded: scalar(0.1666),
};

const CLIPS: Readonly<Record<number, (input: string, output: string, bound: 'one' | 'six') => NodeSpec>> = {
  9: (input, output, bound) => {
    const attributes: Record<string, AttributeValue> = { min: { float: 0 }, max: { float: bound === 'six' ? 6 : 1 } };
    return { opType: 'Clip', inputs: [input], outputs: [output], attributes };
  },
  17: (input, output, bound) => ({ opType: 'Clip', inputs: [input, 'zero', bound], outputs: [output] }),
};

function net(nodes: readonly string[], opset = 17, outputs: readonly string[] = ['y']): Model {
  return buildModel({
    opset,
    inputs: { x: ['float32', [2, 3, 5]] },
    outputs,
    weights: WEIGHTS,
    nodes: nodes.map((text) => {
      const [opType = '', inputs = '', output = ''] = text.split(/: | -> /);
      const [first = '', second = ''] = inputs.split(' ');
      if (opType !== 'Clip') return { opType, inputs: inputs.split(' '), outputs: [output] };
      return present(CLIPS[opset], 'clip')(first, output, second === 'six' ? 'six' : 'one');
    }),
  });
}

async function expectRestored(original: Model, left: readonly string[]): Promise<Model> {
  const { model } = await rewritten(original, restoreHardSigmoids);
  expect(operators(model)).toEqual(left);
  await expectSameOutputs(original, model, { x: randomFloats([2, 3, 5], 7, 4) }, TOLERANCE);
  return model;
}

describe.each([9, 17])('at opset %d', (opset) => {
  it.each([
    [['Add: x three -> a', 'Clip: a six -> c', 'Mul: x c -> m', 'Div: m six -> y']],
    [['Add: three x -> a', 'Clip: a six -> c', 'Mul: c x -> m', 'Mul: sixth m -> y']],
    [['Add: x three -> a', 'Clip: a six -> c', 'Div: c six -> d', 'Mul: x d -> y']],
    [['Add: x three -> a', 'Clip: a six -> c', 'Mul: c sixth -> d', 'Mul: x d -> y']],
    [['Div: x six -> a', 'Add: a half -> b', 'Clip: b one -> c', 'Mul: x c -> y']],
  ])('Hardswish written as %j becomes two nodes', (nodes) => expectRestored(net(nodes, opset), ['HardSigmoid', 'Mul']));

  it.each([
    [['Add: x three -> a', 'Clip: a six -> c', 'Div: c six -> y']],
    [['Mul: x sixth -> a', 'Add: a half -> b', 'Clip: b one -> y']],
  ])('HardSigmoid written as %j becomes one node', (nodes) => expectRestored(net(nodes, opset), ['HardSigmoid']));
});

it('takes alpha and beta from the constants', async () => {
  const nodes = ['Add: x three -> a', 'Clip: a six -> c', 'Mul: x c -> m', 'Div: m six -> y'];
  const model = await expectRestored(net(nodes), ['HardSigmoid', 'Mul']);
  const node = present([...model.nodes()][0], 'node');
  expect(node.float('alpha')).toBeCloseTo(1 / 6, 7);
  expect(node.float('beta')).toBe(0.5);
  expect([...model.weights()].map(({ name }) => name).sort()).toEqual(['half', 'one', 'rounded', 'sixth']);
});

it('leaves the rest of a factor that is no sixth, for the next layer', () =>
  expectRestored(net(['Add: x three -> a', 'Clip: a six -> c', 'Mul: c rounded -> y']), ['HardSigmoid', 'Mul']));

it('comes before folding, which takes the scale behind a Hardswish into the next layer', async () => {
  const original = buildModel({
    inputs: { x: ['float32', [1, 4, 6, 6]] },
    outputs: ['y'],
    weights: {
      ...WEIGHTS,
      w: randomFloats([4, 1, 3, 3], 1),
      v: randomFloats([5, 4, 1, 1], 2),
      b: randomFloats([5], 3),
      scale: float32Tensor([1], [0.3]),
      offset: float32Tensor([1], [-0.2]),
    },
    nodes: [
      { opType: 'Conv', inputs: ['x', 'w'], outputs: ['h'], attributes: { group: { int: 4 } } },
      { opType: 'Mul', inputs: ['scale', 'h'], outputs: ['i'] },
      { opType: 'Add', inputs: ['i', 'three'], outputs: ['a'] },
      { opType: 'Clip', inputs: ['a', 'zero', 'six'], outputs: ['c'] },
      { opType: 'Mul', inputs: ['i', 'c'], outputs: ['m'] },
      { opType: 'Div', inputs: ['m', 'six'], outputs: ['d'] },
      { opType: 'Mul', inputs: ['d', 'scale'], outputs: ['e'] },
      { opType: 'Add', inputs: ['e', 'offset'], outputs: ['f'] },
      { opType: 'Conv', inputs: ['f', 'v', 'b'], outputs: ['y'] },
    ],
  });
  const { model } = await rewritten(original, restoreHardSigmoids, foldAffines);
  expect(operators(model)).toEqual(['Conv', 'HardSigmoid', 'Mul', 'Conv']);
  await expectSameOutputs(original, model, { x: randomFloats([1, 4, 6, 6], 7, 4) }, 1e-5);
});

it.each([
  ['no scale behind the Clip takes its height', ['Add: x three -> a', 'Clip: a six -> c', 'Mul: x c -> y'], ['y']],
  ['nothing stands in front of the Clip', ['Clip: x six -> c', 'Div: c six -> y'], ['y']],
  [
    'the Clip has another reader',
    ['Add: x three -> a', 'Clip: a six -> c', 'Div: c six -> y', 'Neg: c -> z'],
    ['y', 'z'],
  ],
  ['an Add follows', ['Add: x three -> a', 'Clip: a six -> c', 'Add: c one -> y'], ['y']],
])('nothing changes where %s', async (_case, nodes, outputs) => {
  expect((await rewritten(net(nodes, 17, outputs), restoreHardSigmoids)).changed).toEqual([]);
});
