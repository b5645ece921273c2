import { afterAll, describe, expect, it } from '@jest/globals';
import { computedTensor, type NodeSpec, readModel, type Tensor } from '@onnx-compress/graph';
import { buildModel, ifModelBytes, randomFloats } from '@onnx-compress/test-kit';
import { closeHost } from '@onnx-compress/test-kit/runtime';
import { storeConstants } from '../src/rewrites/store-constants.js';
import { expectSameOutputs } from './support/exactness.js';
import { operators, rewritten } from './support/rewritten.js';

afterAll(closeHost);

const constant = (output: string, tensor: Tensor): NodeSpec => ({
  opType: 'Constant',
  inputs: [],
  outputs: [output],
  attributes: { value: { tensor } },
});

const add: NodeSpec = { opType: 'Add', inputs: ['x', 'c'], outputs: ['y'] };
const FEEDS = { x: randomFloats([2, 3], 2) };

describe('Constant nodes', () => {
  it('become initializers of the same name', async () => {
    const original = buildModel({
      inputs: { x: ['float32', [2, 3]] },
      outputs: ['y'],
      nodes: [constant('c', randomFloats([3], 1)), add],
    });
    const { model, changed } = await rewritten(original, storeConstants);
    expect(operators(model)).toEqual(['Add']);
    expect([...model.weights()].map(({ name, form }) => [name, form])).toEqual([['c', 'initializer']]);
    expect(changed).toHaveLength(1);
    await expectSameOutputs(original, model, FEEDS, 0);
  });

  it('are moved without reading their bytes', async () => {
    const unread = computedTensor('float32', [3], async () => {
      throw new Error('the bytes were read');
    });
    const original = buildModel({
      inputs: { x: ['float32', [2, 3]] },
      outputs: ['y'],
      nodes: [constant('c', unread), add],
    });
    const { changed } = await rewritten(original, storeConstants);
    expect(changed).toHaveLength(1);
  });

  it('inside the branches of an If become initializers of the branch', async () => {
    const original = await readModel(ifModelBytes());
    const { model } = await rewritten(original, storeConstants);
    expect(operators(model).filter((name) => name === 'Constant')).toEqual([]);
    const branch = model.graph.nodes[0]?.graphOf('then_branch');
    expect([...(branch?.weights() ?? [])].map(({ name }) => name)).toEqual(['then_weight']);
  });

  it('stay in models of IR version 3, where they would become inputs', async () => {
    const original = buildModel({
      irVersion: 3,
      opset: 8,
      inputs: { x: ['float32', [2, 3]] },
      outputs: ['y'],
      nodes: [constant('c', randomFloats([3], 1)), add],
    });
    expect((await rewritten(original, storeConstants)).changed).toEqual([]);
  });

  it('that are graph outputs stay', async () => {
    const original = buildModel({
      inputs: { x: ['float32', [2, 3]] },
      outputs: ['y', 'c'],
      nodes: [constant('c', randomFloats([3], 1)), add],
    });
    const { model, changed } = await rewritten(original, storeConstants);
    expect(changed).toEqual([]);
    await expectSameOutputs(original, model, FEEDS, 0);
  });
});
