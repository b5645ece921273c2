import { describe, expect, it } from '@jest/globals';
import { randomFloats, randomValues, relativeError, runModel } from '@onnx-compress/test-kit';
import onnxProto from 'onnx-proto';
import {
  inlineFunctions,
  type Model,
  memorySource,
  memoryTensor,
  modelBytes,
  present,
  readFloats,
  readModel,
} from '../src/index.js';

const { onnx } = onnxProto;
const { DataType } = onnx.TensorProto;
const { FLOAT, GRAPH, TENSOR } = onnx.AttributeProto.AttributeType;

type NodeProto = onnxProto.onnx.INodeProto;
type AttributeProto = onnxProto.onnx.IAttributeProto;
type FunctionProto = onnxProto.onnx.IFunctionProto;
type GraphProto = onnxProto.onnx.IGraphProto;

const DOMAIN = 'local';

const typed = (name: string, dims: readonly number[], elemType: number = DataType.FLOAT) => ({
  name,
  type: { tensorType: { elemType, shape: { dim: dims.map((dimValue) => ({ dimValue })) } } },
});

const tensor = (name: string, dims: number[], seed: number) => {
  const count = dims.reduce((product, size) => product * size, 1);
  return { name, dims, dataType: DataType.FLOAT, rawData: new Uint8Array(randomValues(count, seed).buffer) };
};

/** A node; `local.Name` calls a function. */
function op(opType: string, input: string[], output: string[], attribute: AttributeProto[] = []): NodeProto {
  const [name, domain] = opType.startsWith('local.') ? [opType.slice(6), DOMAIN] : [opType, ''];
  return { opType: name, domain, input, output, attribute };
}

const float = (name: string, f: number): AttributeProto => ({ name, type: FLOAT, f });
const reference = (name: string, refAttrName: string): AttributeProto => ({ name, type: FLOAT, refAttrName });
const body = (name: string, g: GraphProto): AttributeProto => ({ name, type: GRAPH, g: { name, ...g } });

function fn(
  name: string,
  input: string[],
  output: string[],
  node: NodeProto[],
  more: FunctionProto = {},
): FunctionProto {
  const opsetImport = [
    { domain: '', version: 17 },
    { domain: DOMAIN, version: 1 },
  ];
  return { name, domain: DOMAIN, input, output, node, opsetImport, ...more };
}

function modelOf(functions: FunctionProto[], graph: GraphProto): Promise<Model> {
  const model = onnx.ModelProto.create({
    irVersion: 8,
    opsetImport: [
      { domain: '', version: 17 },
      { domain: DOMAIN, version: 1 },
    ],
    functions,
    graph: { name: 'main', input: [typed('x', [2, 6])], output: [typed('y', [2, 6])], ...graph },
  });
  return readModel(memorySource(Uint8Array.from(onnx.ModelProto.encode(model).finish())));
}

/** Inlines, checks that it computes the same, and that the original stays as it was. */
async function inlined(model: Model): Promise<Model> {
  const before = await modelBytes(model);
  const { model: flat, kept } = inlineFunctions(model);
  expect(kept).toEqual([]);
  expect(flat.functions).toEqual([]);
  expect(flat.validate()).toEqual([]);
  expect(Buffer.compare(before, await modelBytes(model))).toBe(0);
  const read = await readModel(memorySource(await modelBytes(flat)));
  for (const flag of [0, 1]) {
    const all = { x: randomFloats([2, 6], 3), flag: memoryTensor('bool', [], Uint8Array.of(flag)) };
    const feeds = Object.fromEntries(
      Object.entries(all).filter(([name]) => model.graph.inputs.some((input) => input.name === name)),
    );
    const [expected, actual] = [await runModel(model, feeds), await runModel(read, feeds)];
    const [first, second] = [expected, actual].map((outputs) => present(outputs.get('y'), 'y'));
    const error = relativeError(await readFloats(present(first, 'y')), await readFloats(present(second, 'y')));
    expect(error).toBeLessThanOrEqual(1e-6);
  }
  return flat;
}

const types = (model: Model) => model.graph.nodes.map(({ opType }) => opType);

describe('inlineFunctions', () => {
  it('puts the nodes of a function in the place of each call, with the names of the call', async () => {
    const linear = fn(
      'Linear',
      ['a', 'w', 'b'],
      ['r'],
      [op('MatMul', ['a', 'w'], ['product']), op('Add', ['product', 'b'], ['r'])],
    );
    const flat = await inlined(
      await modelOf([linear], {
        initializer: [tensor('w1', [6, 5], 1), tensor('b1', [5], 2), tensor('w2', [5, 6], 3), tensor('b2', [6], 4)],
        node: [
          { ...op('local.Linear', ['x', 'w1', 'b1'], ['h']), name: 'first' },
          op('local.Linear', ['h', 'w2', 'b2'], ['y']),
        ],
      }),
    );
    expect(flat.graph.nodes.map(({ label, outputs }) => [label, outputs[0]])).toEqual([
      ['first/MatMul', 'first/product'],
      ['first/Add', 'h'],
      ['Linear#1/MatMul', 'Linear#1/product'],
      ['Linear#1/Add', 'y'],
    ]);
  });

  it('follows calls inside functions, and gives attributes on', async () => {
    const leaky = fn('Leaky', ['a'], ['r'], [op('LeakyRelu', ['a'], ['r'], [reference('alpha', 'slope')])], {
      attribute: ['slope'],
    });
    const twice = fn(
      'Twice',
      ['a'],
      ['r'],
      [
        op('local.Leaky', ['a'], ['once'], [reference('slope', 'steep')]),
        op('local.Leaky', ['once'], ['r'], [float('slope', 0.5)]),
      ],
      { attribute: ['steep'] },
    );
    const flat = await inlined(
      await modelOf([leaky, twice], { node: [op('local.Twice', ['x'], ['y'], [float('steep', 0.25)])] }),
    );
    expect(flat.graph.nodes.map((node) => [node.opType, node.float('alpha')])).toEqual([
      ['LeakyRelu', 0.25],
      ['LeakyRelu', 0.5],
    ]);
  });

  it('leaves an attribute out that the call does not give', async () => {
    const leaky = fn('Leaky', ['a'], ['r'], [op('LeakyRelu', ['a'], ['r'], [reference('alpha', 'slope')])], {
      attribute: ['slope'],
    });
    const flat = inlineFunctions(await modelOf([leaky], { node: [op('local.Leaky', ['x'], ['y'])] })).model;
    expect(flat.graph.nodes[0]?.hasAttribute('alpha')).toBe(false);
  });

  it('leaves inputs and outputs out that the call does not give', async () => {
    const clip = fn(
      'Bound',
      ['a', 'low', 'high'],
      ['r', 'extra'],
      [op('Clip', ['a', 'low', 'high'], ['r']), op('Neg', ['r'], ['extra'])],
    );
    const flat = await inlined(
      await modelOf([clip], {
        initializer: [tensor('top', [], 9)],
        node: [op('local.Bound', ['x', '', 'top'], ['y', ''])],
      }),
    );
    expect(flat.graph.nodes[0]?.inputs).toEqual(['x', '', 'top']);
  });

  it('hands an input on that is an output', async () => {
    const both = fn('Both', ['a'], ['a', 'r'], [op('Relu', ['a'], ['r'])]);
    const node = [op('local.Both', ['x'], ['same', 'cut']), op('Add', ['same', 'cut'], ['y'])];
    const { model: flat } = inlineFunctions(await modelOf([both], { node }));
    expect(flat.validate()).toEqual([]);
    expect(types(flat)).toEqual(['Relu', 'Identity', 'Add']);
  });

  it('goes into branches, of the model and of functions', async () => {
    const branch = (name: string, node: NodeProto) =>
      body(name, { node: [node], output: [typed(node.output?.[0] ?? '', [2, 6])] });
    const choose = fn(
      'Choose',
      ['a', 'which'],
      ['r'],
      [
        op('Neg', ['a'], ['turned']),
        op(
          'If',
          ['which'],
          ['r'],
          [
            branch('then_branch', op('Relu', ['turned'], ['inside'])),
            branch('else_branch', op('local.Double', ['a'], ['other'])),
          ],
        ),
      ],
    );
    const double = fn('Double', ['a'], ['r'], [op('Add', ['a', 'a'], ['r'])]);
    const flat = await inlined(
      await modelOf([choose, double], {
        input: [typed('x', [2, 6]), typed('flag', [], DataType.BOOL)],
        node: [
          op('local.Choose', ['x', 'flag'], ['first']),
          op('local.Choose', ['first', 'flag'], ['second']),
          op(
            'If',
            ['flag'],
            ['y'],
            [
              branch('then_branch', op('local.Double', ['second'], ['doubled'])),
              branch('else_branch', op('Abs', ['second'], ['plain'])),
            ],
          ),
        ],
      }),
    );
    expect([...flat.nodes()].map(({ opType }) => opType).sort()).toEqual(
      ['Abs', 'Add', 'Add', 'Add', 'If', 'If', 'If', 'Neg', 'Neg', 'Relu', 'Relu'].sort(),
    );
  });

  it('gives each call a large constant of the function', async () => {
    const mix = fn(
      'Mix',
      ['a'],
      ['r'],
      [
        op('Constant', [], ['w'], [{ name: 'value', type: TENSOR, t: tensor('', [6, 300], 1) }]),
        op('Constant', [], ['v'], [{ name: 'value', type: TENSOR, t: tensor('', [300, 6], 2) }]),
        op('MatMul', ['a', 'w'], ['wide']),
        op('MatMul', ['wide', 'v'], ['r']),
      ],
    );
    const flat = await inlined(
      await modelOf([mix], { node: [op('local.Mix', ['x'], ['h']), op('local.Mix', ['h'], ['y'])] }),
    );
    expect([...flat.weights()]).toHaveLength(4);
  });

  it('imports the domains that only the function imports', async () => {
    const gelu = fn('Smooth', ['a'], ['r'], [{ ...op('Gelu', ['a'], ['r']), domain: 'com.microsoft' }], {
      opsetImport: [{ domain: 'com.microsoft', version: 1 }],
    });
    const flat = await inlined(await modelOf([gelu], { node: [op('local.Smooth', ['x'], ['y'])] }));
    expect(flat.opset('com.microsoft')).toBe(1);
  });

  it('keeps functions for other operator versions, and those that call themselves, with the reason', async () => {
    const old = fn('Old', ['a'], ['r'], [op('Relu', ['a'], ['r'])], { opsetImport: [{ domain: '', version: 12 }] });
    const endless = fn('Endless', ['a'], ['r'], [op('local.Endless', ['a'], ['r'])]);
    const outer = fn('Outer', ['a'], ['r'], [op('local.Old', ['a'], ['b']), op('Neg', ['b'], ['r'])]);
    const model = await modelOf([old, endless, outer], {
      node: [op('local.Outer', ['x'], ['h']), op('local.Endless', ['h'], ['y'])],
    });
    const { model: flat, kept } = inlineFunctions(model);
    expect(kept).toEqual([
      { name: 'Old', reason: 'it uses version 12 of ai.onnx, the model version 17' },
      { name: 'Endless', reason: 'it calls itself' },
    ]);
    expect(types(flat)).toEqual(['Old', 'Neg', 'Endless']);
    expect(flat.functions.map(({ name }) => name)).toEqual(['Old', 'Endless']);
    expect(flat.validate()).toEqual([]);
  });
});

describe('Model.adopt', () => {
  it('makes a model what its clone has become, labels among it', async () => {
    const relu = fn('Cut', ['a'], ['r'], [op('Relu', ['a'], ['r'])]);
    const model = await modelOf([relu], { node: [op('local.Cut', ['x'], ['h']), op('Neg', ['h'], ['y'])] });
    const { model: flat } = inlineFunctions(model);
    const wanted = await modelBytes(flat);
    model.adopt(flat);
    expect(Buffer.compare(await modelBytes(model), wanted)).toBe(0);
    expect(model.graph.nodes.map(({ label }) => label)).toEqual(['Cut#0/Relu', 'Neg#0']);
    expect(model.uniqueName('h')).toBe('h_1');
  });
});
