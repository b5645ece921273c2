import { afterAll, describe, expect, it } from '@jest/globals';
import type { NodeSelection } from '@onnx-compress/core';
import { type Model, modelBytes } from '@onnx-compress/graph';
import { buildModel, randomFloats } from '@onnx-compress/test-kit';
import { cleanupTechniques, fold, tidy } from '../src/index.js';
import { closeRuntime, operators, runtimeContext } from './support/context.js';

afterAll(closeRuntime);

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

  it('stop when they are cancelled', async () => {
    const signal = AbortSignal.abort();
    await expect(tidy.create({}, ALL).run(net(), runtimeContext(signal))).rejects.toMatchObject({ exitCode: 130 });
  });
});
