import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CancelledError } from '@onnx-compress/core';
import type { Model } from '@onnx-compress/graph';
import { buildModel, randomFloats, samplesOf } from '@onnx-compress/test-kit';
import { closeHost, runtimeContext } from '@onnx-compress/test-kit/runtime';
import { quantized } from './support/context.js';

afterAll(closeHost);

/** Two convolutions with a Relu between them. */
function convNet(): Model {
  return buildModel({
    inputs: { x: ['float32', [1, 16, 14, 14]] },
    outputs: ['y'],
    weights: { v: randomFloats([16, 16, 3, 3], 1, 0.1), w: randomFloats([16, 16, 3, 3], 2, 0.1) },
    nodes: [
      { opType: 'Conv', name: 'first', inputs: ['x', 'v'], outputs: ['c'] },
      { opType: 'Relu', inputs: ['c'], outputs: ['r'] },
      { opType: 'Conv', name: 'second', inputs: ['r', 'w'], outputs: ['y'] },
    ],
  });
}

const calibration = samplesOf(
  'x',
  [0, 1, 2, 3, 4, 5].map((seed) => randomFloats([1, 16, 14, 14], 10 + seed)),
);

/** Quantizes with all that needs samples; `onStep` hears of every step that is done, counted from 1. */
async function run(onStep: (step: number) => void, signal = new AbortController().signal) {
  let step = 0;
  const runtime = { ...runtimeContext(calibration), signal, progress: () => onStep(++step) };
  const { changed } = await quantized(convNet(), {
    activations: 'static',
    equalization: 'weights',
    rounding: 'adaptive',
    runtime,
  });
  return { changed, steps: step };
}

describe('quantization to static int8', () => {
  let steps = 0;
  beforeAll(async () => {
    const complete = await run(() => {});
    expect(complete.changed.map(({ form }) => form)).toEqual(['static', 'static']);
    steps = complete.steps;
  });

  it('ends with CancelledError at whichever step the signal fires', async () => {
    for (const part of [0, 0.2, 0.4, 0.6, 0.8, 0.95]) {
      const controller = new AbortController();
      const last = 1 + Math.floor(part * (steps - 1));
      let reached = 0;
      const cancelled = run((step) => {
        reached = step;
        if (step === last) controller.abort();
      }, controller.signal);
      await expect(cancelled).rejects.toThrow(CancelledError);
      expect(reached).toBeLessThanOrEqual(last + 1);
    }
  });

  it('does not begin with a signal that has fired', async () => {
    let reached = 0;
    await expect(run((step) => (reached = step), AbortSignal.abort())).rejects.toThrow(CancelledError);
    expect(reached).toBe(0);
  });
});
