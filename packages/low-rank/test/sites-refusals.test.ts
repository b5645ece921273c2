import { describe, expect, it } from '@jest/globals';
import {
  type Model,
  memorySource,
  memoryTensor,
  type NodeSpec,
  readModel,
  ShapeTable,
  type Tensor,
} from '@onnx-compress/graph';
import { buildModel, ifModelBytes, randomFloats, randomValues } from '@onnx-compress/test-kit';
import onnxProto from 'onnx-proto';
import { convolution, pointwise, windowed } from '../src/sites/convolution.js';
import { embedding } from '../src/sites/embedding.js';
import { matrixProduct } from '../src/sites/matrix-product.js';
import type { SiteOf } from '../src/sites/site.js';
import { spatial } from '../src/sites/spatial.js';
import { tucker } from '../src/sites/tucker.js';

const { onnx } = onnxProto;
const { FLOAT } = onnx.TensorProto.DataType;

type Verdict = string | undefined;

/** What a method says of each node: the reason to leave it, `site`, or undefined where it is no layer of its kind. */
function verdicts(model: Model, siteOf: SiteOf): readonly Verdict[] {
  return [...model.nodes()].map((node) => {
    const found = siteOf(node, new ShapeTable());
    return found === undefined ? undefined : 'reason' in found ? found.reason : 'site';
  });
}

interface Layer {
  readonly data: readonly number[];
  readonly weights?: Readonly<Record<string, Tensor>>;
  readonly nodes: readonly NodeSpec[];
}

function modelOf({ data, weights = {}, nodes }: Layer): Model {
  const outputs = nodes.flatMap((node) => node.outputs).filter((name) => name.startsWith('y'));
  return buildModel({ inputs: { x: ['float32', data] }, outputs, weights, nodes });
}

function conv(weight: readonly number[], group = 1): Model {
  const attributes = { group: { int: group } };
  return modelOf({
    data: [1, (weight[1] ?? 1) * group, ...weight.slice(2).map(() => 8)],
    weights: { w: randomFloats(weight, 1) },
    nodes: [{ opType: 'Conv', inputs: ['x', 'w'], outputs: ['y'], attributes }],
  });
}

describe('a convolution stays dense', () => {
  it.each([convolution, spatial, tucker])('where each output sees one channel of many', (siteOf) => {
    expect(verdicts(conv([8, 1, 3, 3], 8), siteOf)).toEqual([
      'each of its outputs sees one input channel only, which leaves no matrix to factor',
    ]);
  });

  it('of one input channel is no such layer', () => {
    expect(verdicts(conv([8, 1, 3, 3]), convolution)).toEqual(['site']);
  });

  it.each([spatial, tucker])('where its groups would have to be separated', (siteOf) => {
    expect(verdicts(conv([8, 4, 3, 3], 2), siteOf)).toEqual([
      'its 2 groups see different inputs; svd-conv factors group by group',
    ]);
  });

  it.each([
    [[8, 4, 3], 1],
    [[8, 4, 3, 3, 3], 3],
  ])('under spatial-svd where its kernel is %j', (weight, axes) => {
    expect(verdicts(conv(weight), spatial)).toEqual([
      `it slides along ${axes} axes; only those with two are separated`,
    ]);
  });

  it.each([spatial, tucker])('where its kernel has one position', (siteOf) => {
    expect(verdicts(conv([8, 4, 1, 1]), siteOf)).toEqual(['its kernel has one position; svd factors it']);
  });

  it('with a larger kernel is no product of matrices', () => {
    expect(verdicts(conv([8, 4, 3, 3]), pointwise)).toEqual([undefined]);
    expect(verdicts(conv([8, 4, 1, 1]), pointwise)).toEqual(['site']);
    expect(verdicts(conv([8, 4, 3, 3]), windowed)).toEqual(['site']);
    expect(verdicts(conv([8, 4, 1, 1]), windowed)).toEqual(['its kernel has one position; svd factors it']);
  });

  it('where its weight is computed', () => {
    const model = modelOf({
      data: [1, 4, 8, 8],
      weights: { v: randomFloats([6, 4, 3, 3], 1) },
      nodes: [
        { opType: 'Abs', inputs: ['v'], outputs: ['w'] },
        { opType: 'Conv', inputs: ['x', 'w'], outputs: ['y'] },
      ],
    });
    expect(verdicts(model, convolution)[1]).toBe('its weight is no constant: it is fed or computed by the graph');
  });
});

describe('a weight stays whole', () => {
  it('where two layers read it', () => {
    const model = modelOf({
      data: [4, 6],
      weights: { w: randomFloats([6, 5], 1) },
      nodes: ['y1', 'y2'].map((name) => ({ opType: 'MatMul', inputs: ['x', 'w'], outputs: [name] })),
    });
    const reason = 'its weight "w" is read elsewhere too';
    expect(verdicts(model, matrixProduct)).toEqual([reason, reason]);
  });

  it('where something else reads it in front of an Identity', () => {
    const model = modelOf({
      data: [4, 6],
      weights: { w: randomFloats([6, 5], 1) },
      nodes: [
        { opType: 'Identity', inputs: ['w'], outputs: ['v'] },
        { opType: 'MatMul', inputs: ['x', 'v'], outputs: ['y1'] },
        { opType: 'Abs', inputs: ['w'], outputs: ['y2'] },
      ],
    });
    expect(verdicts(model, matrixProduct)[1]).toBe('its weight "w" is read elsewhere too');
  });

  it('where it is the output of a model', () => {
    const model = modelOf({
      data: [4, 6],
      weights: { w: randomFloats([6, 5], 1) },
      nodes: [
        { opType: 'Identity', inputs: ['w'], outputs: ['y0'] },
        { opType: 'MatMul', inputs: ['x', 'y0'], outputs: ['y1'] },
      ],
    });
    expect(verdicts(model, matrixProduct)[1]).toBe('its weight "w" is read elsewhere too');
  });

  it('where it is no matrix', () => {
    const model = modelOf({
      data: [2, 4, 6],
      weights: { w: randomFloats([2, 6, 5], 1) },
      nodes: [{ opType: 'MatMul', inputs: ['x', 'w'], outputs: ['y'] }],
    });
    expect(verdicts(model, matrixProduct)).toEqual(['its weight has 3 axes; only those with two are factored']);
  });

  it('in the bodies of an If', async () => {
    const model = await readModel(memorySource(ifModelBytes()));
    const reason = 'it is in the body of "If#0"';
    const [label] = model.graph.nodes.filter(({ opType }) => opType === 'If').map((node) => node.label);
    const found = verdicts(model, matrixProduct).filter((verdict) => verdict !== undefined);
    expect(found).toEqual([reason, reason].map((text) => text.replace('If#0', label ?? '')));
  });
});

const weight = (name: string, dims: number[]) => ({
  name,
  dims,
  dataType: FLOAT,
  rawData: new Uint8Array(
    randomValues(
      dims.reduce((product, size) => product * size, 1),
      1,
    ).buffer,
  ),
});

const typed = (name: string) => ({ name, type: { tensorType: { elemType: FLOAT } } });

function protoModel(model: onnxProto.onnx.IModelProto): Promise<Model> {
  const opsetImport = ['', 'local'].map((domain) => ({ domain, version: 17 }));
  return readModel(memorySource(onnx.ModelProto.encode({ irVersion: 8, opsetImport, ...model }).finish()));
}

describe('a weight stays whole where a file holds it', () => {
  it('in a function', async () => {
    const value = { name: 'value', type: onnx.AttributeProto.AttributeType.TENSOR, t: weight('', [6, 5]) };
    const node = [
      { opType: 'Constant', output: ['w'], attribute: [value] },
      { opType: 'MatMul', input: ['a', 'w'], output: ['r'] },
    ];
    const opsetImport = [{ domain: '', version: 17 }];
    const model = await protoModel({
      functions: [{ name: 'Project', domain: 'local', input: ['a'], output: ['r'], node, opsetImport }],
      graph: {
        name: 'main',
        input: [typed('x')],
        output: [typed('y')],
        node: [{ opType: 'Project', domain: 'local', input: ['x'], output: ['y'] }],
      },
    });
    expect(verdicts(model, matrixProduct)).toContain('it is in the model function "Project"');
  });

  it('sparse', async () => {
    const indices = { dims: [3], dataType: onnx.TensorProto.DataType.INT64, int64Data: [1, 4, 9] };
    const model = await protoModel({
      graph: {
        name: 'main',
        input: [typed('x')],
        output: [typed('y')],
        sparseInitializer: [{ values: weight('w', [3]), indices, dims: [6, 5] }],
        node: [{ opType: 'MatMul', input: ['x', 'w'], output: ['y'] }],
      },
    });
    expect(verdicts(model, matrixProduct)).toEqual(['its weight "w" is stored sparse, and its factors would be dense']);
  });
});

describe('what is no layer of the kind', () => {
  it('is a product of two computed values', () => {
    const model = modelOf({ data: [4, 4], nodes: [{ opType: 'MatMul', inputs: ['x', 'x'], outputs: ['y'] }] });
    expect(verdicts(model, matrixProduct)).toEqual([undefined]);
  });

  it('is a layer that is quantized already', () => {
    const model = modelOf({
      data: [1, 4, 8, 8],
      weights: { q: memoryTensor('int8', [6, 4, 3, 3], new Uint8Array(216)), s: randomFloats([], 1) },
      nodes: [
        { opType: 'DequantizeLinear', inputs: ['q', 's'], outputs: ['w'] },
        { opType: 'Conv', inputs: ['x', 'w'], outputs: ['y'] },
      ],
    });
    for (const siteOf of [convolution, spatial, tucker, pointwise])
      expect(verdicts(model, siteOf)).toEqual([undefined, undefined]);
  });

  it('is a Gather of computed rows, along another axis, or of integers', () => {
    const gather = (inputs: readonly string[], outputs: readonly string[], axis = 0) => ({
      opType: 'Gather',
      inputs,
      outputs,
      attributes: { axis: { int: axis } },
    });
    const model = modelOf({
      data: [4, 4],
      weights: {
        t: randomFloats([5, 6], 1),
        n: memoryTensor('int64', [2, 2], new Uint8Array(32)),
        i: memoryTensor('int64', [1], new Uint8Array(8)),
      },
      nodes: [gather(['x', 'i'], ['y1']), gather(['t', 'i'], ['y2'], 1), gather(['n', 'i'], ['y3'])],
    });
    expect(verdicts(model, embedding)).toEqual([undefined, undefined, undefined]);
  });
});

it('A table of bfloat16 is refused, since its product would not run', () => {
  const model = modelOf({
    data: [1],
    weights: {
      t: memoryTensor('bfloat16', [5, 6], new Uint8Array(60)),
      i: memoryTensor('int64', [1], new Uint8Array(8)),
    },
    nodes: [{ opType: 'Gather', inputs: ['t', 'i'], outputs: ['y'] }],
  });
  expect(verdicts(model, embedding)).toEqual(['its table is bfloat16, of which onnxruntime computes no products']);
});
