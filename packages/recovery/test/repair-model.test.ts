import { afterAll, describe, expect, it } from '@jest/globals';
import { CancelledError } from '@onnx-compress/core';
import { float32Tensor, type Model, type NodeSpec, present, readFloats, type Tensor } from '@onnx-compress/graph';
import { buildModel, calibrationOf, randomFloats, relativeError, runModel } from '@onnx-compress/test-kit';
import { closeHost, runtimeContext } from '@onnx-compress/test-kit/runtime';
import { repairModel } from '../src/repair-model.js';
import { usedSamples } from '../src/sequence/used-samples.js';

afterAll(closeHost);

function contextWith(dims: readonly number[], count = 40, signal = new AbortController().signal) {
  const samples = Array.from({ length: count }, (_, seed) => new Map([['x', randomFloats(dims, 100 + seed)]]));
  return { ...runtimeContext(), signal, calibration: calibrationOf(samples) };
}

/** A net of nodes from `x` to `y`. */
function net(dims: readonly number[], nodes: readonly NodeSpec[], weights: Readonly<Record<string, Tensor>>): Model {
  return buildModel({ inputs: { x: ['float32', [...dims]] }, outputs: ['y'], nodes, weights });
}

const outputOf = async (model: Model, x: Tensor) => readFloats(present((await runModel(model, { x })).get('y'), 'y'));

async function errorOf(original: Model, changed: Model, dims: readonly number[]): Promise<number> {
  const x = randomFloats(dims, 999);
  return relativeError(await outputOf(changed, x), await outputOf(original, x));
}

async function scaled(model: Model, name: string, factor: number): Promise<void> {
  const weight = present(
    Array.from(model.graph.weights()).find((own) => own.name === name),
    name,
  );
  weight.replace(
    float32Tensor(
      weight.tensor.dims,
      (await readFloats(weight.tensor)).map((value) => value * factor),
    ),
  );
}

const DIMS = [1, 4, 8, 8];
const pads = { pads: { ints: [1, 1, 1, 1] }, kernel_shape: { ints: [3, 3] } };

describe('repairing a model', () => {
  it('makes layers behind a scaled one compute the same again', async () => {
    const original = net(
      DIMS,
      [
        { opType: 'Conv', name: 'first', inputs: ['x', 'a'], outputs: ['h'], attributes: pads },
        { opType: 'Relu', inputs: ['h'], outputs: ['r'] },
        { opType: 'Conv', name: 'second', inputs: ['r', 'b'], outputs: ['y'], attributes: pads },
      ],
      { a: randomFloats([6, 4, 3, 3], 1, 0.5), b: randomFloats([5, 6, 3, 3], 2, 0.5) },
    );
    const changed = original.clone();
    await scaled(changed, 'a', 0.25);
    const repairs = await repairModel({ original, changed }, contextWith(DIMS));
    expect(repairs.map(({ node, method, reason }) => [node, method, reason])).toEqual([
      ['second', 'least-squares', undefined],
    ]);
    expect(repairs[0]?.errorAfter).toBeLessThan(1e-4 * (repairs[0]?.errorBefore ?? 0));
    expect(await errorOf(original, changed, DIMS)).toBeLessThan(1e-3);
  });

  it('lets the last summand make up for the other one', async () => {
    const nodes: readonly NodeSpec[] = [
      { opType: 'Conv', name: 'skip', inputs: ['x', 'a'], outputs: ['s'], attributes: pads },
      { opType: 'Conv', name: 'branch', inputs: ['s', 'b'], outputs: ['h'], attributes: pads },
      { opType: 'Add', inputs: ['s', 'h'], outputs: ['y'] },
    ];
    const weights = { a: randomFloats([4, 4, 3, 3], 1, 0.5), b: randomFloats([4, 4, 3, 3], 2, 0.5) };
    const original = net(DIMS, nodes, weights);
    const changed = original.clone();
    await scaled(changed, 'a', 0.5);
    await repairModel({ original, changed }, contextWith(DIMS));
    // Half of what the skip lacks lies in the branch's kernel centre, and 2 b makes up for its input.
    expect(await errorOf(original, changed, DIMS)).toBeLessThan(2e-3);
  });

  it('writes a bias where a MatMul has none, and repairs what follows in its turn', async () => {
    const dims = [16, 6];
    const original = net(
      dims,
      [
        { opType: 'MatMul', name: 'one', inputs: ['x', 'a'], outputs: ['h'] },
        { opType: 'Relu', inputs: ['h'], outputs: ['r'] },
        { opType: 'MatMul', name: 'two', inputs: ['r', 'b'], outputs: ['k'] },
        { opType: 'Tanh', inputs: ['k'], outputs: ['t'] },
        { opType: 'Gemm', name: 'three', inputs: ['t', 'c'], outputs: ['y'], attributes: { transB: { int: 1 } } },
      ],
      { a: randomFloats([6, 8], 1), b: randomFloats([8, 8], 2), c: randomFloats([3, 8], 3) },
    );
    const changed = original.clone();
    await scaled(changed, 'a', 0.9);
    const before = await errorOf(original, changed, dims);
    const repairs = await repairModel({ original, changed }, contextWith(dims));
    expect(repairs.map(({ node }) => node)).toEqual(['two', 'three']);
    expect(await errorOf(original, changed, dims)).toBeLessThan(0.01 * before);
    expect(changed.graph.nodes.filter(({ opType }) => opType === 'Add').length).toBeGreaterThan(0);
  });

  it('repairs depthwise layers channel by channel', async () => {
    const depthwise = { ...pads, group: { int: 4 } };
    const original = net(
      DIMS,
      [
        { opType: 'Conv', name: 'first', inputs: ['x', 'a'], outputs: ['h'], attributes: pads },
        { opType: 'Conv', name: 'depthwise', inputs: ['h', 'b'], outputs: ['y'], attributes: depthwise },
      ],
      { a: randomFloats([4, 4, 3, 3], 1), b: randomFloats([4, 1, 3, 3], 2) },
    );
    const changed = original.clone();
    await scaled(changed, 'a', -2);
    await repairModel({ original, changed }, contextWith(DIMS));
    expect(await errorOf(original, changed, DIMS)).toBeLessThan(1e-3);
  });

  it('sees a sum through the normalization before it, and leaves the normalization alone', async () => {
    const normalization = (name: string) => ({
      [`${name}_scale`]: randomFloats([4], 11),
      [`${name}_bias`]: randomFloats([4], 12),
      [`${name}_mean`]: randomFloats([4], 13),
      [`${name}_variance`]: float32Tensor([4], Float32Array.of(1, 2, 0.5, 3)),
    });
    const original = net(
      DIMS,
      [
        { opType: 'Conv', name: 'skip', inputs: ['x', 'a'], outputs: ['s'], attributes: pads },
        { opType: 'Conv', name: 'branch', inputs: ['s', 'b'], outputs: ['h'], attributes: pads },
        {
          opType: 'BatchNormalization',
          inputs: ['h', 'n_scale', 'n_bias', 'n_mean', 'n_variance'],
          outputs: ['n'],
        },
        { opType: 'Add', inputs: ['n', 's'], outputs: ['sum'] },
        { opType: 'Relu', inputs: ['sum'], outputs: ['y'] },
      ],
      { a: randomFloats([4, 4, 3, 3], 1, 0.5), b: randomFloats([4, 4, 3, 3], 2, 0.5), ...normalization('n') },
    );
    const changed = original.clone();
    await scaled(changed, 'a', 0.5);
    const before = Array.from(changed.graph.weights()).find(({ name }) => name === 'n_variance')?.tensor;
    await repairModel({ original, changed }, contextWith(DIMS));
    expect(await errorOf(original, changed, DIMS)).toBeLessThan(2e-3);
    expect(Array.from(changed.graph.weights()).find(({ name }) => name === 'n_variance')?.tensor).toBe(before);
  });

  it('aims at the channels that are left', async () => {
    const build = (a: Tensor, b: Tensor) =>
      net(
        DIMS,
        [
          { opType: 'Conv', name: 'first', inputs: ['x', 'a'], outputs: ['h'], attributes: pads },
          { opType: 'Conv', name: 'second', inputs: ['h', 'b'], outputs: ['y'], attributes: pads },
        ],
        { a, b },
      );
    const [a, b] = [randomFloats([4, 4, 3, 3], 1), randomFloats([4, 4, 3, 3], 2)];
    const original = build(a, b);
    const values = await readFloats(b);
    const changed = build(
      a,
      float32Tensor([2, 4, 3, 3], Float32Array.from([...values.slice(36, 72), ...values.slice(108)])),
    );
    await scaled(changed, 'a', 3);
    const kept = new Map([['second', { outputs: [1, 3] }]]);
    const [repair] = await repairModel({ original, changed, kept }, contextWith(DIMS));
    expect(repair?.errorAfter).toBeLessThan(1e-4);
  });

  it('leaves a layer alone whose held-out error does not fall', async () => {
    const original = net(
      [1, 6],
      [
        { opType: 'Gemm', name: 'one', inputs: ['x', 'a'], outputs: ['h'] },
        { opType: 'Identity', inputs: ['h'], outputs: ['i'] },
        { opType: 'Gemm', name: 'two', inputs: ['i', 'b'], outputs: ['y'] },
      ],
      { a: randomFloats([6, 6], 1), b: randomFloats([6, 2], 2) },
    );
    const changed = original.clone();
    const [repair] = await repairModel({ original, changed }, contextWith([1, 6], 10));
    expect(repair).toBeUndefined();
    await scaled(changed, 'a', 1);
    const [same] = await repairModel({ original, changed }, contextWith([1, 6], 10));
    expect(same).toMatchObject({ node: 'two', reason: expect.stringContaining('held-out') });
    expect(await errorOf(original, changed, [1, 6])).toBe(0);
  });

  it('repairs from a single sample, by its positions', async () => {
    const original = net(
      DIMS,
      [
        { opType: 'Conv', name: 'first', inputs: ['x', 'a'], outputs: ['h'], attributes: pads },
        { opType: 'Conv', name: 'second', inputs: ['h', 'b'], outputs: ['y'] },
      ],
      { a: randomFloats([6, 4, 3, 3], 1, 0.5), b: randomFloats([5, 6, 1, 1], 2, 0.5) },
    );
    const changed = original.clone();
    await scaled(changed, 'a', 0.25);
    const [repair] = await repairModel({ original, changed }, contextWith(DIMS, 1));
    expect(repair?.errorAfter).toBeLessThan(0.01 * (repair?.errorBefore ?? 0));
  });

  it('says why it passes over a shared weight', async () => {
    const original = net(
      [4, 6],
      [
        { opType: 'MatMul', name: 'first', inputs: ['x', 'a'], outputs: ['h'] },
        { opType: 'MatMul', name: 'second', inputs: ['h', 'b'], outputs: ['k'] },
        { opType: 'MatMul', name: 'third', inputs: ['k', 'b'], outputs: ['y'] },
      ],
      { a: randomFloats([6, 6], 1), b: randomFloats([6, 6], 2) },
    );
    const changed = original.clone();
    await scaled(changed, 'a', 2);
    const repairs = await repairModel({ original, changed }, contextWith([4, 6]));
    expect(repairs.map(({ node, method }) => [node, method])).toEqual([
      ['second', undefined],
      ['third', undefined],
    ]);
    expect(repairs[0]?.reason).toContain('shared');
  });

  it('stops when it is cancelled', async () => {
    const controller = new AbortController();
    const original = net(
      [4, 6],
      [
        { opType: 'MatMul', name: 'first', inputs: ['x', 'a'], outputs: ['h'] },
        { opType: 'MatMul', name: 'second', inputs: ['h', 'b'], outputs: ['y'] },
      ],
      { a: randomFloats([6, 6], 1), b: randomFloats([6, 6], 2) },
    );
    const changed = original.clone();
    await scaled(changed, 'a', 2);
    const context = contextWith([4, 6], 20, controller.signal);
    controller.abort();
    await expect(repairModel({ original, changed }, context)).rejects.toThrow(CancelledError);
  });
});

describe('samples of a repair', () => {
  const numbered = (count: number) =>
    calibrationOf(
      Array.from({ length: count }, (_, index) => new Map([['x', float32Tensor([1], Float32Array.of(index))]])),
    );
  const numbers = async (count: number) => {
    const used = usedSamples(numbered(count));
    const seen: number[] = [];
    for await (const feeds of used.samples()) seen.push((await readFloats(present(feeds.get('x'), 'x')))[0] ?? -1);
    return { used, seen };
  };

  it('come with every fifth at the end, to judge by', async () => {
    const { used, seen } = await numbers(10);
    expect(seen).toEqual([0, 1, 2, 3, 5, 6, 7, 8, 4, 9]);
    expect(used.fittedPart).toBe(0.8);
  });

  it('hold out one of two, and positions of a single one', async () => {
    expect((await numbers(2)).used.fittedPart).toBe(0.5);
    expect(await numbers(1)).toMatchObject({ seen: [0], used: { count: 1, fittedPart: 0.8 } });
  });

  it('are spread over all where there are many', async () => {
    const { used, seen } = await numbers(2000);
    expect(used.count).toBe(512);
    expect(new Set(seen).size).toBe(512);
    expect(Math.max(...seen)).toBeGreaterThan(1990);
  });
});
