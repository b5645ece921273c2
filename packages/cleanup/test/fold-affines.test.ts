import { afterAll, describe, expect, it } from '@jest/globals';
import {
  type AttributeValue,
  float32Tensor,
  floatsToTensor,
  type Model,
  memorySource,
  modelBytes,
  type NodeSpec,
  present,
  readFloats,
  readModel,
  type Tensor,
} from '@onnx-compress/graph';
import { buildModel, ifModelBytes, randomFloats, runModel } from '@onnx-compress/test-kit';
import { closeHost } from '@onnx-compress/test-kit/runtime';
import { foldAffines } from '../src/rewrites/fold-affines.js';
import { expectSameOutputs } from './support/exactness.js';
import { operators, rewritten } from './support/rewritten.js';

afterAll(closeHost);

const TOLERANCE = 1e-5;
const IMAGE = [2, 4, 7, 7];

const int = (value: number): AttributeValue => ({ int: value });
const scalar = (value: number) => float32Tensor([], [value]);
const PADS: Record<string, AttributeValue> = { pads: { ints: [1, 1, 1, 1] } };

interface Net {
  readonly input?: readonly number[];
  readonly weights: Record<string, Tensor>;
  /** `opType: input input -> output`, with attributes. */
  readonly nodes: readonly (string | readonly [string, Record<string, AttributeValue>])[];
  readonly outputs?: readonly string[];
  readonly opset?: number;
}

function parse(node: Net['nodes'][number]): NodeSpec {
  const [text, attributes] = typeof node === 'string' ? [node, {}] : node;
  const [opType = '', inputs = '', outputs = ''] = text.split(/: | -> /);
  return { opType, name: outputs, inputs: inputs.split(' '), outputs: outputs.split(' '), attributes };
}

function net({ input = IMAGE, weights, nodes, outputs = ['y'], opset = 17 }: Net): Model {
  return buildModel({
    opset,
    inputs: { x: ['float32', input] },
    outputs,
    weights,
    nodes: nodes.map(parse),
  });
}

/** Folds, and expects these operators to be left, the same outputs, and a file that is not larger. */
async function expectFolded(
  original: Model,
  left: readonly string[],
  input: readonly number[] = IMAGE,
): Promise<Model> {
  const { model } = await rewritten(original, foldAffines);
  expect(operators(model)).toEqual(left);
  expect(unread(model)).toEqual(unread(original));
  expect((await modelBytes(model)).length).toBeLessThan((await modelBytes(original)).length);
  await expectSameOutputs(original, model, { x: randomFloats(input, 99) }, TOLERANCE);
  return model;
}

function unread(model: Model): readonly string[] {
  return [...model.weights()].filter(({ value }) => value.uses.length === 0).map(({ name }) => name);
}

async function expectKept(original: Model): Promise<void> {
  expect((await rewritten(original, foldAffines)).changed).toEqual([]);
}

async function valuesOf(model: Model, name: string): Promise<readonly number[]> {
  return Array.from(await readFloats(present(model.graph.value(name)?.weight, name).tensor));
}

describe('constants behind', () => {
  const chain = ['Mul: h c -> h1', 'Add: h1 d -> h2', 'Sub: e h2 -> h3', 'Div: h3 f -> y'] as const;
  const constants = { c: scalar(1.5), d: float32Tensor([1], [0.25]), e: scalar(2), f: scalar(-0.7) };
  const spread = (channels: number, rank: number) => ({
    c: randomFloats([channels, ...new Array<number>(rank).fill(1)], 11),
    d: scalar(0.25),
    e: randomFloats([channels, ...new Array<number>(rank).fill(1)], 12),
    f: scalar(3),
  });

  it.each<[string, readonly number[], number, Record<string, AttributeValue>]>([
    ['Conv', [6, 4, 3, 3], 6, {}],
    ['Conv', [6, 2, 3, 3], 6, { ...PADS, group: int(2) }],
    ['ConvTranspose', [4, 3, 3, 3], 6, { group: int(2) }],
  ])('%s with a weight %j go into it, one for all or one per channel', async (opType, dims, channels, attributes) => {
    for (const numbers of [constants, spread(channels, 2)]) {
      const weights = { w: randomFloats(dims, 1), b: randomFloats([channels], 2), ...numbers };
      await expectFolded(net({ weights, nodes: [[`${opType}: x w b -> h`, attributes], ...chain] }), [opType]);
    }
  });

  it.each<[Record<string, AttributeValue>, readonly number[]]>([
    [{}, [12, 6]],
    [{ transB: int(1), alpha: { float: 0.5 }, beta: { float: -2 } }, [6, 12]],
  ])('Gemm %j go into it', async (attributes, dims) => {
    for (const numbers of [constants, spread(6, 0)]) {
      const weights = { w: randomFloats(dims, 1), b: randomFloats([6], 2), ...numbers };
      const original = net({ input: [3, 12], weights, nodes: [['Gemm: x w b -> h', attributes], ...chain] });
      await expectFolded(original, ['Gemm'], [3, 12]);
    }
  });

  it('MatMul leave one Add, since a MatMul has no bias', async () => {
    for (const numbers of [constants, spread(6, 0)]) {
      const weights = { w: randomFloats([12, 6], 1), ...numbers };
      const original = net({ input: [2, 3, 12], weights, nodes: ['MatMul: x w -> h', ...chain] });
      await expectFolded(original, ['MatMul', 'Add'], [2, 3, 12]);
    }
  });

  it('a Conv change its weight and bias by hand-worked numbers', async () => {
    const original = net({
      input: [1, 1, 2, 2],
      weights: {
        w: float32Tensor([1, 1, 1, 1], [2]),
        b: float32Tensor([1], [1]),
        three: scalar(3),
        four: scalar(4),
      },
      nodes: ['Conv: x w b -> h', 'Mul: h three -> i', 'Add: four i -> y'],
    });
    const model = await expectFolded(original, ['Conv'], [1, 1, 2, 2]);
    expect(await valuesOf(model, 'w')).toEqual([6]);
    expect(await valuesOf(model, 'b')).toEqual([7]);
  });

  it('a Conv and operators that keep a scale go into the Conv', async () => {
    const weights = { w: randomFloats([6, 4, 3, 3], 1), b: randomFloats([6], 2), c: scalar(0.3) };
    const window = { kernel_shape: { ints: [2, 2] } };
    const nodes = ['Conv: x w b -> h', 'Relu: h -> i', ['MaxPool: i -> j', window], 'Mul: j c -> y'] as const;
    await expectFolded(net({ weights, nodes }), ['Conv', 'Relu', 'MaxPool']);
    await expectKept(net({ weights: { ...weights, c: scalar(-0.3) }, nodes }));
  });

  it('a Conv inside a branch go into it', async () => {
    const original = await readModel(memorySource(ifModelBytes()));
    const branch = present(present([...original.nodes()][0], 'If').graphOf('else_branch'), 'branch');
    branch.addWeight('factor', scalar(2));
    const node = branch.addNode({ opType: 'Mul', inputs: ['else_result', 'factor'], outputs: ['scaled'] });
    branch.setOutputs([present(node.output(0), 'output')]);
    const { model } = await rewritten(original, foldAffines);
    expect(operators(model)).not.toContain('Mul');
    const feeds = { condition: floatsFalse(), x: randomFloats([1, 16], 5) };
    await expectSameOutputs(original, model, feeds, TOLERANCE);
  });
});

/** A bool scalar that is false. */
function floatsFalse(): Tensor {
  return { dataType: 'bool', dims: [], byteLength: 1, inline: Uint8Array.of(0), bytes: async () => Uint8Array.of(0) };
}

describe('constants in front of', () => {
  const weights = {
    w: randomFloats([6, 4, 3, 3], 1),
    b: randomFloats([6], 2),
    c: scalar(1.5),
    d: float32Tensor([4, 1, 1], [1, -2, 3, 0.5]),
  };

  it('a Conv without padding go into it', () =>
    expectFolded(net({ weights, nodes: ['Mul: x c -> i', 'Add: i d -> h', 'Conv: h w b -> y'] }), ['Conv']));

  it('a Conv with padding leave one Add before it', () =>
    expectFolded(net({ weights, nodes: ['Mul: x c -> i', 'Add: i d -> h', ['Conv: h w b -> y', PADS]] }), [
      'Add',
      'Conv',
    ]));

  it('a padded Conv are split by hand-worked numbers', async () => {
    const original = net({
      input: [1, 1, 2, 2],
      weights: { w: float32Tensor([1, 1, 3, 3], [1, 2, 3, 4, 5, 6, 7, 8, 9]), two: scalar(2), six: scalar(6) },
      nodes: ['Mul: x two -> i', 'Add: i six -> h', ['Conv: h w -> y', PADS]],
    });
    const model = await expectFolded(original, ['Add', 'Conv'], [1, 1, 2, 2]);
    expect(await valuesOf(model, 'w')).toEqual([2, 4, 6, 8, 10, 12, 14, 16, 18]);
    expect(await valuesOf(model, present([...model.nodes()][0]?.inputs[1], 'constant'))).toEqual([3]);
  });

  it('several layers go into all of them', () =>
    expectFolded(
      net({
        weights: { ...weights, v: randomFloats([4, 6, 3, 3], 3), d: scalar(0) },
        nodes: ['Mul: x c -> i', ['Conv: i w b -> y', PADS], 'ConvTranspose: i v -> z'],
        outputs: ['y', 'z'],
      }),
      ['Conv', 'ConvTranspose'],
    ));

  it('squeeze and excite go into the layers of both ways', () =>
    expectFolded(
      net({
        weights: { ...weights, s: randomFloats([4, 4, 1, 1], 3) },
        nodes: [
          'Mul: x c -> v',
          'GlobalAveragePool: v -> p',
          'Conv: p s -> q',
          'Sigmoid: q -> g',
          'Mul: v g -> h',
          ['Conv: h w b -> y', PADS],
        ],
      }),
      ['GlobalAveragePool', 'Conv', 'Sigmoid', 'Mul', 'Conv'],
    ));

  it.each([0, 1])('a Gemm go into it (transB %d)', (transB) =>
    expectFolded(
      net({
        input: [3, 12],
        weights: {
          w: randomFloats(transB ? [6, 12] : [12, 6], 1),
          b: randomFloats([6], 2),
          c: randomFloats([12], 3),
          d: randomFloats([12], 4),
        },
        nodes: ['Sub: x d -> i', 'Div: i c -> h', ['Gemm: h w b -> y', { transB: int(transB) }]],
      }),
      ['Gemm'],
      [3, 12],
    ),
  );
});

describe('constants that no layer takes', () => {
  it('become one Mul and one Add', async () => {
    const original = net({
      weights: { a: scalar(2), b: float32Tensor([4, 1, 1], [1, 2, 3, 4]), c: scalar(0.5) },
      nodes: ['Mul: x a -> h', 'Add: h b -> i', 'Mul: i c -> j', 'Sub: j a -> k', 'Sigmoid: k -> y'],
    });
    await expectFolded(original, ['Add', 'Sigmoid']);
  });

  it('go when they change nothing', () =>
    expectFolded(net({ weights: { one: scalar(1) }, nodes: ['Mul: x one -> h', 'Sigmoid: h -> y'] }), ['Sigmoid']));
});

describe('constants stay', () => {
  const weights = { w: randomFloats([4, 4, 1, 1], 1), b: randomFloats([4], 2), c: scalar(2) };

  it.each<[string, Net]>([
    [
      'where the layer has another reader',
      { weights, nodes: ['Conv: x w b -> h', 'Mul: h c -> y', 'Relu: h -> z'], outputs: ['y', 'z'] },
    ],
    [
      'where the layer is an output itself',
      { weights, nodes: ['Conv: x w b -> h', 'Mul: h c -> y'], outputs: ['h', 'y'] },
    ],
    ['where the weight is shared', { weights, nodes: ['Conv: x w b -> h', 'Mul: h c -> i', 'Conv: i w b -> y'] }],
    [
      'where one of several readers takes none',
      { weights, nodes: ['Mul: x c -> h', 'Conv: h w b -> y', 'Sigmoid: h -> z'], outputs: ['y', 'z'] },
    ],
    ['where a product has the scale twice', { weights, nodes: ['Mul: x c -> h', 'Mul: h h -> i', 'Conv: i w b -> y'] }],
    [
      'where they widen the value',
      {
        input: [1, 1, 5, 5],
        weights: { ...weights, c: randomFloats([4, 1, 1], 4) },
        nodes: ['Mul: x c -> h', 'Conv: h w b -> y'],
      },
    ],
    [
      'where they lie along another axis',
      { weights: { ...weights, c: randomFloats([7], 4) }, nodes: ['Conv: x w b -> h', 'Mul: h c -> y'] },
    ],
    [
      'where a new bias would make the file larger',
      { weights: { c: scalar(2), w: randomFloats([300, 4, 1, 1], 1) }, nodes: ['Conv: x w -> h', 'Add: h c -> y'] },
    ],
    [
      'where they round to integers',
      {
        weights: { c: scalar(12582912) },
        nodes: ['Add: x c -> h', 'Sub: h c -> y'],
      },
    ],
    ['where older operators broadcast otherwise', { opset: 6, weights, nodes: ['Conv: x w b -> h', 'Mul: h c -> y'] }],
  ])('%s', (_case, spec) => expectKept(net(spec)));

  it('in half precision', async () => {
    const half = async (tensor: Tensor) => floatsToTensor('float16', tensor.dims, await readFloats(tensor));
    const original = buildModel({
      inputs: { x: ['float16', IMAGE] },
      outputs: ['y'],
      weights: { w: await half(weights.w), b: await half(weights.b), c: await half(weights.c) },
      nodes: ['Conv: x w b -> h', 'Mul: h c -> y'].map(parse),
    });
    await expectKept(original);
  });

  it('in a Gelu and a layer normalization, which onnxruntime computes in one node', async () => {
    const constants = { r: scalar(Math.SQRT2), one: scalar(1), half: scalar(0.5), v: randomFloats([12, 6], 3) };
    await expectKept(
      net({
        input: [3, 12],
        weights: constants,
        nodes: [
          'Div: x r -> d',
          'Erf: d -> e',
          'Add: e one -> f',
          'Mul: x f -> g',
          'Mul: g half -> h',
          'MatMul: h v -> y',
        ],
      }),
    );
    const axes: Record<string, AttributeValue> = { axes: { ints: [-1] } };
    await expectKept(
      net({
        input: [3, 12],
        weights: {
          ...constants,
          eps: scalar(1e-5),
          two: scalar(2),
          gamma: randomFloats([12], 4),
          beta: randomFloats([6], 5),
        },
        nodes: [
          ['ReduceMean: x -> m', axes],
          'Sub: x m -> s',
          'Pow: s two -> p',
          ['ReduceMean: p -> q', axes],
          'Add: q eps -> t',
          'Sqrt: t -> u',
          'Div: s u -> n',
          'Mul: n gamma -> h',
          'MatMul: h v -> y',
        ],
      }),
    );
  });
});

it('a constant that is used twice in a chain is removed once', async () => {
  const original = net({
    weights: {
      w: randomFloats([4, 4, 1, 1], 1),
      b: randomFloats([4], 2),
      c: scalar(2),
      other: randomFloats([4, 1, 1], 3),
    },
    nodes: ['Conv: x w b -> h', 'Mul: h c -> i', 'Add: i c -> j', 'Sigmoid: j -> k', 'PRelu: k other -> y'],
  });
  await expectFolded(original, ['Conv', 'Sigmoid', 'PRelu']);
});

it('folds a scale behind an output that keeps its name', async () => {
  const original = net({
    weights: { w: randomFloats([4, 4, 1, 1], 1), b: randomFloats([4], 2), c: scalar(2) },
    nodes: ['Conv: x w b -> h', 'Mul: h c -> y'],
  });
  const { model } = await rewritten(original, foldAffines);
  const outputs = await runModel(await modelBytes(model), { x: randomFloats(IMAGE, 9) }, 'all');
  expect([...outputs.keys()]).toEqual(['y']);
});
