import { afterAll, describe, expect, it } from '@jest/globals';
import { type Random, seededRandom } from '@onnx-compress/core';
import { floatsToTensor, type Model, type NodeSpec, readFloats, type Tensor } from '@onnx-compress/graph';
import { buildModel, randomFloats, randomValues } from '@onnx-compress/test-kit';
import { closeHost } from '@onnx-compress/test-kit/runtime';
import { matrixProduct } from '../src/sites/matrix-product.js';
import { expectExactRewriting, expectSameOutputs, type Feeds, readAll, rewrite, siteIn } from './support/rewriting.js';

afterAll(closeHost);

interface Case {
  readonly model: Model;
  readonly feeds: Feeds;
}

const SEEDS = Array.from({ length: 12 }, (_, seed) => seed);

const chance = (random: Random) => random.integer(2) === 1;
const sizeOf = (random: Random) => 2 + random.integer(14);

function modelOf(data: readonly number[], weights: Readonly<Record<string, Tensor>>, node: NodeSpec, opset: number) {
  const model = buildModel({
    opset,
    inputs: { x: ['float32', data] },
    outputs: ['y'],
    weights,
    nodes: [node],
  });
  return { model, feeds: { x: randomFloats(data, 99) } };
}

function randomGemm(seed: number): Case {
  const random = seededRandom(seed, 'gemm');
  const [height, inner, width] = [sizeOf(random), sizeOf(random), sizeOf(random)];
  const [transA, transB, hasBias] = [chance(random), chance(random), chance(random)];
  const opset = hasBias || chance(random) ? 13 : 11;
  const biasDims = [[width], [1, width], [height, width], []][random.integer(4)] ?? [];
  const weights = {
    w: randomFloats(transB ? [width, inner] : [inner, width], seed),
    ...(hasBias ? { b: randomFloats(biasDims, seed + 1) } : {}),
  };
  const attributes = {
    ...(transA ? { transA: { int: 1 } } : {}),
    ...(transB ? { transB: { int: 1 } } : {}),
    ...(chance(random) ? { alpha: { float: 0.5 + random.uniform() } } : {}),
    ...(chance(random) ? { beta: { float: random.uniform() } } : {}),
  };
  const inputs = hasBias ? ['x', 'w', 'b'] : ['x', 'w'];
  const node = { opType: 'Gemm', name: 'layer', inputs, outputs: ['y'], attributes };
  return modelOf(transA ? [inner, height] : [height, inner], weights, node, opset);
}

function randomMatMul(seed: number): Case {
  const random = seededRandom(seed, 'matmul');
  const [inner, width] = [sizeOf(random), sizeOf(random)];
  const isFirst = chance(random);
  const leading = [[], [3], [2, 3], [2, 1, 3]][random.integer(4)] ?? [];
  const data = isFirst && leading.length > 0 ? [...leading.slice(1), inner, 5] : [...leading, inner];
  const weights = { w: randomFloats(isFirst ? [width, inner] : [inner, width], seed) };
  const inputs = isFirst ? ['w', 'x'] : ['x', 'w'];
  return modelOf(data, weights, { opType: 'MatMul', name: 'layer', inputs, outputs: ['y'] }, 17);
}

describe('a product of matrices', () => {
  it.each(SEEDS)('is exact as two Gemm, and costs what is said (seed %i)', async (seed) => {
    const { model, feeds } = randomGemm(seed);
    await expectExactRewriting(model, matrixProduct, feeds, seededRandom(seed, 'factors'));
  });

  it.each(SEEDS)('is exact as two MatMul, and costs what is said (seed %i)', async (seed) => {
    const { model, feeds } = randomMatMul(seed);
    await expectExactRewriting(model, matrixProduct, feeds, seededRandom(seed, 'factors'));
  });

  it('has outputs as rows, with the alpha of a Gemm in them', async () => {
    const node = { opType: 'Gemm', inputs: ['x', 'w'], outputs: ['y'], attributes: { alpha: { float: 2 } } };
    const weights = { w: floatsToTensor('float32', [3, 2], Float32Array.of(1, 2, 3, 4, 5, 6)) };
    const site = await siteIn(modelOf([1, 3], weights, node, 13).model, matrixProduct);
    expect(site).toMatchObject({ rows: 2, columns: 3 });
    expect([...(await readAll(site))]).toEqual([2, 6, 10, 4, 8, 12]);
  });

  it('keeps name, bias and output of the node, and names the new ones', async () => {
    const node = { opType: 'Gemm', name: 'layer', inputs: ['x', 'w', 'b'], outputs: ['y'] };
    const { model } = modelOf([1, 6], { w: randomFloats([6, 5], 1), b: randomFloats([5], 2) }, node, 13);
    await rewrite(await siteIn(model, matrixProduct), 2, seededRandom(0, 'names'));
    expect(model.graph.nodes.map(({ name, inputs, outputs }) => ({ name, inputs, outputs }))).toEqual([
      { name: 'layer/rank2', inputs: ['x', 'w_right'], outputs: ['y_rank2'] },
      { name: 'layer', inputs: ['y_rank2', 'w_left', 'b'], outputs: ['y'] },
    ]);
    expect([...model.graph.weights()].map(({ name }) => name).sort()).toEqual(['b', 'w_left', 'w_right']);
  });

  it('gives the first Gemm a zero where the opset asks for a bias', async () => {
    const node = { opType: 'Gemm', name: 'layer', inputs: ['x', 'w', 'b'], outputs: ['y'] };
    const weights = { w: randomFloats([6, 5], 1), b: randomFloats([5], 2) };
    const { model, feeds } = modelOf([4, 6], weights, node, 9);
    const candidate = model.clone();
    await rewrite(await siteIn(candidate, matrixProduct), 'full', seededRandom(0, 'old'));
    await expectSameOutputs(model, candidate, feeds, 1e-4);
  });

  it('keeps the type of a float16 weight', async () => {
    const weights = { w: floatsToTensor('float16', [12, 9], randomValues(108, 1)) };
    const model = buildModel({
      inputs: { x: ['float16', [4, 12]] },
      outputs: ['y'],
      weights,
      nodes: [{ opType: 'MatMul', inputs: ['x', 'w'], outputs: ['y'] }],
    });
    const feeds = { x: floatsToTensor('float16', [4, 12], randomValues(48, 2)) };
    await expectExactRewriting(model, matrixProduct, feeds, seededRandom(0, 'half'), 'float16');
    await rewrite(await siteIn(model, matrixProduct), 3, seededRandom(0, 'half'));
    expect([...model.graph.weights()].map(({ tensor }) => tensor.dataType)).toEqual(['float16', 'float16']);
  });

  it.each(['Constant node', 'Identity', 'input of IR version 3'])('reads its weight from a %s', async (form) => {
    const w = randomFloats([6, 5], 1);
    const sources: Readonly<Record<string, readonly NodeSpec[]>> = {
      'Constant node': [{ opType: 'Constant', inputs: [], outputs: ['v'], attributes: { value: { tensor: w } } }],
      Identity: [{ opType: 'Identity', inputs: ['w'], outputs: ['v'] }],
    };
    const source = sources[form] ?? [];
    const model = buildModel({
      opset: 11,
      irVersion: form.startsWith('input') ? 3 : 8,
      inputs: { x: ['float32', [4, 6]] },
      outputs: { y: ['float32', [4, 5]] },
      weights: form === 'Constant node' ? {} : { w },
      nodes: [...source, { opType: 'MatMul', inputs: ['x', source.length > 0 ? 'v' : 'w'], outputs: ['y'] }],
    });
    const candidate = model.clone();
    await rewrite(await siteIn(candidate, matrixProduct), 'full', seededRandom(0, 'forms'));
    await expectSameOutputs(model, candidate, { x: randomFloats([4, 6], 3) }, 1e-4);
    expect(candidate.graph.nodes.map(({ opType }) => opType)).toEqual(['MatMul', 'MatMul']);
    expect([...candidate.graph.weights()]).toHaveLength(2);
  });

  it('counts the multiplications of one vector where shapes are not known', async () => {
    const model = buildModel({
      inputs: { x: ['float32', ['n', 6]] },
      outputs: ['y'],
      weights: { w: randomFloats([6, 5], 1) },
      nodes: [{ opType: 'MatMul', inputs: ['x', 'w'], outputs: ['y'] }],
    });
    const site = await siteIn(model, matrixProduct);
    expect(site.dense).toEqual({ parameters: 30, macs: 30 });
    const [matrix] = site.kind === 'matrix' ? [site.costAt(2)] : [];
    expect(matrix).toEqual({ parameters: 22, macs: 22 });
  });

  it('gives the numbers of a weight at its own left side as they are', async () => {
    const w = randomFloats([3, 2], 1);
    const node = { opType: 'MatMul', inputs: ['w', 'x'], outputs: ['y'] };
    const site = await siteIn(modelOf([2, 4], { w }, node, 17).model, matrixProduct);
    expect(await readAll(site)).toEqual(await readFloats(w));
  });
});
