import { afterAll, describe, expect, it } from '@jest/globals';
import type { NodeSelection } from '@onnx-compress/core';
import { float32Tensor, type Model, modelBytes } from '@onnx-compress/graph';
import { buildModel, randomFloats } from '@onnx-compress/test-kit';
import { closeHost, runtimeContext } from '@onnx-compress/test-kit/runtime';
import { cleanupTechniques, fold, tidy } from '../src/index.js';
import { expectSameOutputs } from './support/exactness.js';
import { operators } from './support/rewritten.js';

afterAll(closeHost);

const ALL: NodeSelection = { include: [], skip: [] };

function net(): Model {
  return buildModel({
    inputs: { x: ['float32', [2, 3]] },
    outputs: ['y'],
    weights: { used: randomFloats([3], 1), unused: randomFloats([3], 2) },
    nodes: [
      { opType: 'Identity', name: 'first', inputs: ['x'], outputs: ['a'] },
      { opType: 'Identity', name: 'second', inputs: ['a'], outputs: ['b'] },
      { opType: 'Add', name: 'sum', inputs: ['b', 'used'], outputs: ['y'] },
    ],
  });
}

/** Convolution, norm, Hardswish in single nodes, a scale and an offset, a padded convolution with a Constant node. */
function mobileBlock(): Model {
  const channels = { one: [1, 1, 1, 1], two: [0.5, -1, 2, 0], three: [0, 1, 2, -1] };
  const perChannel = Object.fromEntries(
    Object.entries(channels).map(([name, values]) => [name, float32Tensor([4], values)] as const),
  );
  return buildModel({
    inputs: { x: ['float32', [1, 4, 8, 8]] },
    outputs: ['y'],
    weights: {
      ...perChannel,
      w: randomFloats([4, 4, 1, 1], 1),
      three_: float32Tensor([], [3]),
      zero: float32Tensor([], [0]),
      six: float32Tensor([], [6]),
      factor: float32Tensor([1], [1.7]),
      summand: float32Tensor([1], [-0.3]),
    },
    nodes: [
      {
        opType: 'Constant',
        inputs: [],
        outputs: ['v'],
        attributes: { value: { tensor: randomFloats([4, 1, 3, 3], 2) } },
      },
      { opType: 'Conv', inputs: ['x', 'w'], outputs: ['c'] },
      { opType: 'BatchNormalization', inputs: ['c', 'one', 'two', 'three', 'one'], outputs: ['n'] },
      { opType: 'Add', inputs: ['n', 'three_'], outputs: ['a'] },
      { opType: 'Clip', inputs: ['a', 'zero', 'six'], outputs: ['b'] },
      { opType: 'Mul', inputs: ['n', 'b'], outputs: ['m'] },
      { opType: 'Div', inputs: ['m', 'six'], outputs: ['d'] },
      { opType: 'Mul', name: 'scale', inputs: ['factor', 'd'], outputs: ['e'] },
      { opType: 'Add', name: 'shift', inputs: ['e', 'summand'], outputs: ['f'] },
      {
        opType: 'Conv',
        inputs: ['f', 'v'],
        outputs: ['y'],
        attributes: { group: { int: 4 }, pads: { ints: [1, 1, 1, 1] } },
      },
    ],
  });
}

describe('the cleanup techniques', () => {
  it('are tidy and fold, both exact', () => {
    expect(cleanupTechniques).toEqual([tidy, fold]);
    for (const technique of cleanupTechniques) expect(technique.create({}, ALL).exact).toBe(true);
  });

  it('report what went and why, with counts', async () => {
    const model = net();
    const { changed, metrics } = await tidy.create({}, ALL).run(model, runtimeContext());
    expect(operators(model)).toEqual(['Add']);
    expect(changed).toContainEqual({
      node: 'first',
      action: 'identities',
      reason: 'Identity passes its input on unchanged',
    });
    expect(metrics).toEqual({ identities: 2, 'dead-weights': 1 });
  });

  it('leave the nodes alone that the caller skips', async () => {
    const model = net();
    await tidy.create({}, { include: [], skip: ['second'] }).run(model, runtimeContext());
    expect(operators(model)).toEqual(['Identity', 'Add']);
  });

  it('change nothing where there is nothing to do', async () => {
    const model = net();
    await tidy.create({}, ALL).run(model, runtimeContext());
    const before = await modelBytes(model);
    for (const technique of cleanupTechniques) await technique.create({}, ALL).run(model, runtimeContext());
    expect(await modelBytes(model)).toEqual(before);
  });

  it('fold normalizations, written-out activations and constants in one go, and nothing the second time', async () => {
    const model = mobileBlock();
    const original = model.clone();
    const context = runtimeContext();
    const { metrics } = await fold.create({}, ALL).run(model, context);
    expect(metrics).toEqual({ 'batch-norms': 1, 'hard-sigmoids': 1, affines: 2 });
    expect(operators(model)).toEqual(['Constant', 'Conv', 'HardSigmoid', 'Mul', 'Add', 'Conv']);
    expect((await fold.create({}, ALL).run(model, context)).changed).toEqual([]);
    await expectSameOutputs(original, model, { x: randomFloats([1, 4, 8, 8], 5, 3) }, 1e-5);
  });

  it('fold no scale past an offset that the caller skips', async () => {
    const model = mobileBlock();
    await fold.create({}, { include: [], skip: ['shift'] }).run(model, runtimeContext());
    expect(operators(model)).toEqual(['Constant', 'Conv', 'HardSigmoid', 'Mul', 'Mul', 'Add', 'Conv']);
  });

  it('stop when they are cancelled', async () => {
    const signal = AbortSignal.abort();
    await expect(tidy.create({}, ALL).run(net(), { ...runtimeContext(), signal })).rejects.toMatchObject({
      exitCode: 130,
    });
  });
});
