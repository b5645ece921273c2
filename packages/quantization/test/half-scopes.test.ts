import { afterAll, describe, expect, it } from '@jest/globals';
import { type Model, readModel } from '@onnx-compress/graph';
import { randomFloats, randomValues } from '@onnx-compress/test-kit';
import { closeHost } from '@onnx-compress/test-kit/runtime';
import onnxProto from 'onnx-proto';
import { fidelityDb } from './support/fidelity.js';
import { type HalfScheme, halved } from './support/halved.js';
import { optimizedOperators } from './support/optimized-operators.js';

const { onnx } = onnxProto;
const { DataType } = onnx.TensorProto;
const { AttributeType } = onnx.AttributeProto;

type NodeProto = onnxProto.onnx.INodeProto;
type ModelProto = onnxProto.onnx.IModelProto;

const SIZE = 16;
const SCHEMES: readonly HalfScheme[] = ['fp16', 'bf16', 'fp16 compute'];
const FEEDS = { x: randomFloats([1, SIZE], 9) };

const typed = (name: string, dims: readonly number[], elemType: number = DataType.FLOAT) => ({
  name,
  type: { tensorType: { elemType, shape: { dim: dims.map((dimValue) => ({ dimValue })) } } },
});

const matrix = (name: string) => {
  const values = randomValues(SIZE * SIZE, 3).map((value) => value / 4);
  return { name, dims: [SIZE, SIZE], dataType: DataType.FLOAT, rawData: new Uint8Array(values.buffer) };
};

const op = (opType: string, input: string[], output: string[], domain = ''): NodeProto => {
  return { opType, name: output[0] ?? opType, domain, input, output };
};

const weightNode = (name: string): NodeProto => ({
  ...op('Constant', [], [name]),
  attribute: [{ name: 'value', type: AttributeType.TENSOR, t: matrix('') }],
});

function modelOf(graph: onnxProto.onnx.IGraphProto, more: ModelProto = {}): Promise<Model> {
  const opsetImport = [
    { domain: '', version: 17 },
    { domain: 'local', version: 1 },
  ];
  const main = { name: 'main', input: [typed('x', [1, SIZE])], output: [typed('y', [1, SIZE])], ...graph };
  return readModel(
    Uint8Array.from(onnx.ModelProto.encode({ irVersion: 8, opsetImport, graph: main, ...more }).finish()),
  );
}

/** `x` through a weight that lies in a function, twice. */
const withFunction = () =>
  modelOf(
    { node: [op('Layer', ['x'], ['h'], 'local'), op('Layer', ['h'], ['y'], 'local')] },
    {
      functions: [
        {
          name: 'Layer',
          domain: 'local',
          input: ['a'],
          output: ['b'],
          opsetImport: [{ domain: '', version: 17 }],
          node: [weightNode('weight'), op('MatMul', ['a', 'weight'], ['product']), op('Tanh', ['product'], ['b'])],
        },
      ],
    },
  );

/** Three rounds of a Loop that carries a float; its weight is a constant of the body, or lies outside of it. */
const withLoop = (inside: boolean) => {
  const body = {
    name: 'body',
    input: [typed('round', [], DataType.INT64), typed('going', [], DataType.BOOL), typed('before', [1, SIZE])],
    output: [typed('still', [], DataType.BOOL), typed('after', [1, SIZE])],
    node: [
      ...(inside ? [weightNode('weight')] : []),
      op('MatMul', ['before', 'weight'], ['product']),
      op('Tanh', ['product'], ['after']),
      op('Identity', ['going'], ['still']),
    ],
  };
  const rounds = { name: 'rounds', dims: [], dataType: DataType.INT64, rawData: Uint8Array.of(3, 0, 0, 0, 0, 0, 0, 0) };
  return modelOf({
    initializer: [rounds, ...(inside ? [] : [matrix('weight')])],
    node: [
      { ...op('Loop', ['rounds', '', 'x'], ['y']), attribute: [{ name: 'body', type: AttributeType.GRAPH, g: body }] },
    ],
  });
};

afterAll(closeHost);

describe.each(SCHEMES)('%s', (scheme) => {
  it.each([
    ['a function', withFunction],
    ['the body of a Loop', () => withLoop(true)],
    ['the scope around a Loop', () => withLoop(false)],
  ])('serves a weight in %s', async (_where, build) => {
    const original = await build();
    const { model, changed } = await halved(original, scheme);
    expect(changed.length).toBeGreaterThan(0);
    expect([...model.weights()].map(({ tensor }) => tensor.dataType)).not.toContain('float32');
    expect(await fidelityDb(original, model, FEEDS)).toBeGreaterThan(scheme === 'bf16' ? 40 : 55);
    if (scheme !== 'fp16 compute') expect(await optimizedOperators(model)).not.toContain('Cast');
  });
});
