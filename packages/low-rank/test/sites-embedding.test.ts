import { afterAll, describe, expect, it } from '@jest/globals';
import { seededRandom } from '@onnx-compress/core';
import { int64Tensor, type Model, modelBytes } from '@onnx-compress/graph';
import { buildModel, randomFloats, runModel } from '@onnx-compress/test-kit';
import { closeHost } from '@onnx-compress/test-kit/runtime';
import { embedding } from '../src/sites/embedding.js';
import { expectExactRewriting, expectSameOutputs, rewrite, siteIn } from './support/rewriting.js';

afterAll(closeHost);

const indices = (dims: readonly number[]) => {
  const count = dims.reduce((product, size) => product * size, 1);
  return int64Tensor(
    dims,
    Array.from({ length: count }, (_, index) => (index * 7) % 30),
  );
};

function modelOf(dims: readonly number[]): Model {
  return buildModel({
    inputs: { ids: ['int64', dims] },
    outputs: { y: ['float32', [...dims, 12]] },
    weights: { table: randomFloats([30, 12], 1) },
    nodes: [{ opType: 'Gather', name: 'lookup', inputs: ['table', 'ids'], outputs: ['y'] }],
  });
}

describe('a table', () => {
  it.each([[[2, 5]], [[4]], [[]]])('is exact as a narrower one and a product, at indices of %j', async (dims) => {
    await expectExactRewriting(modelOf(dims), embedding, { ids: indices(dims) }, seededRandom(0, 'table'));
  });

  it('multiplies where nothing was multiplied before', async () => {
    const site = await siteIn(modelOf([2, 5]), embedding);
    expect(site.dense).toEqual({ parameters: 360, macs: 0 });
    expect(site.kind === 'matrix' && site.costAt(4)).toEqual({ parameters: 4 * 42, macs: 4 * 12 * 10 });
  });

  it('stays a Gather, whose output the product takes over', async () => {
    const model = modelOf([2, 5]);
    await rewrite(await siteIn(model, embedding), 4, seededRandom(0, 'table'));
    expect(model.graph.nodes.map(({ opType, name, inputs, outputs }) => ({ opType, name, inputs, outputs }))).toEqual([
      { opType: 'Gather', name: 'lookup', inputs: ['table_left', 'ids'], outputs: ['y_rank4'] },
      { opType: 'MatMul', name: 'lookup/rank4', inputs: ['y_rank4', 'table_right'], outputs: ['y'] },
    ]);
    expect(model.validate()).toEqual([]);
  });

  it('may be read in the middle of a graph', async () => {
    const model = buildModel({
      inputs: { ids: ['int64', [2, 5]] },
      outputs: ['y', 'z'],
      weights: { table: randomFloats([30, 12], 1) },
      nodes: [
        { opType: 'Gather', inputs: ['table', 'ids'], outputs: ['y'] },
        { opType: 'Relu', inputs: ['y'], outputs: ['z'] },
      ],
    });
    const candidate = model.clone();
    await rewrite(await siteIn(candidate, embedding), 'full', seededRandom(0, 'table'));
    await expectSameOutputs(model, candidate, { ids: indices([2, 5]) }, 1e-4);
    expect((await runModel(await modelBytes(candidate), { ids: indices([2, 5]) })).size).toBe(2);
  });
});
