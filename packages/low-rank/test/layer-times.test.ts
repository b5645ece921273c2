import { afterAll, describe, expect, it } from '@jest/globals';
import { CancelledError, type Context, ModelError, type ModelTime } from '@onnx-compress/core';
import type { Model } from '@onnx-compress/graph';
import { buildModel, randomFloats } from '@onnx-compress/test-kit';
import { closeHost } from '@onnx-compress/test-kit/runtime';
import { factorized } from './support/factorized.js';

afterAll(closeHost);

/** Two layers, the name of one of which begins with that of the other. */
const model = () =>
  buildModel({
    inputs: { x: ['float32', [1, 64]] },
    outputs: { y: ['float32', [1, 64]] },
    weights: { first: randomFloats([64, 64], 1), second: randomFloats([64, 64], 2) },
    nodes: [
      { opType: 'MatMul', name: '/a', inputs: ['x', 'first'], outputs: ['hidden'] },
      { opType: 'MatMul', name: '/a/b', inputs: ['hidden', 'second'], outputs: ['y'] },
    ],
  });

const timesOf = (nodes: Readonly<Record<string, number>>): ModelTime => ({
  nodes: new Map(Object.entries(nodes)),
  elsewhere: 0,
});

/** A clock that tells the times of the original and of what came out. */
function clock(original: ModelTime, changed: ModelTime, timed: Model[][] = []): Partial<Context> {
  return {
    drawsFigures: true,
    nodeTimes: {
      measure: async (models) => {
        timed.push([...models]);
        return [original, changed];
      },
      compare: () => Promise.reject(new Error('nothing is compared')),
    },
  };
}

const failingClock = (error: Error): Partial<Context> => ({
  drawsFigures: true,
  nodeTimes: { measure: () => Promise.reject(error), compare: () => Promise.reject(error) },
});

describe('the times of factored layers', () => {
  it('are those of all their factors, before and after', async () => {
    const timed: Model[][] = [];
    const after = timesOf({ '/a/rank16': 0.3, '/a': 0.25, '/a/b/rank16': 0.125, '/a/b': 0.375 });
    const context = clock(timesOf({ '/a': 1, '/a/b': 1.5 }), after, timed);
    const { changed, warnings } = await factorized(model(), 'svd:rank=16', undefined, context);
    expect(changed).toMatchObject([
      { node: '/a', timeBeforeMs: 1, timeAfterMs: 0.55 },
      { node: '/a/b', timeBeforeMs: 1.5, timeAfterMs: 0.5 },
    ]);
    expect(warnings).toEqual([]);
    expect(timed.map((models) => models.map(({ graph }) => graph.nodes.length))).toEqual([[2, 4]]);
  });

  it('warn of layers that became slower', async () => {
    const after = timesOf({ '/a/rank16': 0.7, '/a': 0.5, '/a/b/rank16': 0.75, '/a/b': 0.75 });
    const context = clock(timesOf({ '/a': 1, '/a/b': 1.5 }), after);
    const { warnings } = await factorized(model(), 'svd:rank=16', undefined, context);
    expect(warnings).toMatchObject([{ code: 'SLOWER_THAN_DENSE', node: '/a' }]);
    expect(warnings[0]?.message).not.toContain('/a/b');
  });

  it('are not told of layers that were fused into others', async () => {
    const context = clock(timesOf({ '/a': 1 }), timesOf({ '/a/rank16': 0.3, '/a': 0.25 }));
    const { changed } = await factorized(model(), 'svd:rank=16', undefined, context);
    expect(changed[0]).toHaveProperty('timeAfterMs', 0.55);
    expect(changed[1]).not.toHaveProperty('timeAfterMs');
  });

  it('are missed with a warning where the model cannot be timed', async () => {
    const context = failingClock(new ModelError('NO_INPUTS', 'no input fits'));
    const { changed, warnings } = await factorized(model(), 'svd:rank=16', undefined, context);
    expect(changed[0]).not.toHaveProperty('timeBeforeMs');
    expect(warnings).toMatchObject([
      { code: 'LAYERS_NOT_TIMED', message: expect.stringContaining('no input fits'), hint: expect.any(String) },
    ]);
  });

  it('end the step when it is cancelled meanwhile', async () => {
    const cancelling = new AbortController();
    const measure = async () => {
      cancelling.abort();
      throw new ModelError('ENDED', 'the host ended');
    };
    const context = { drawsFigures: true, signal: cancelling.signal, nodeTimes: { measure, compare: measure } };
    const run = factorized(model(), 'svd:rank=16', undefined, context);
    await expect(run).rejects.toBeInstanceOf(CancelledError);
  });

  it('are not measured where no report will show them', async () => {
    const context = { ...failingClock(new Error('nothing is timed')), drawsFigures: false };
    const { changed } = await factorized(model(), 'svd:rank=16', undefined, context);
    expect(changed).toHaveLength(2);
  });
});
