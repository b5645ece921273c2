import { describe, expect, it } from '@jest/globals';
import {
  CancelledError,
  type Context,
  StepError,
  type StepResult,
  seededRandom,
  type Transform,
} from '@onnx-compress/core';
import { GraphError, type Model } from '@onnx-compress/graph';
import type { PlannedStep } from '../src/pipeline/planned-step.js';
import { runStep } from '../src/pipeline/run-step.js';
import { quantize } from '../src/steps.js';
import { classifier } from './support/models.js';

const NOTHING: StepResult = { changed: [], skipped: [], metrics: {} };

const planned = (run: Transform['run']): PlannedStep => ({
  step: quantize('int8-per-channel'),
  spec: 'test',
  title: 'quant test',
  transform: { name: 'quant test', exact: false, run },
});

const unavailable = () => Promise.reject(new Error('not needed here'));

const context = (signal = new AbortController().signal): Context => ({
  signal,
  progress: () => {},
  warn: () => {},
  random: (stream) => seededRandom(0, stream),
  shapes: { infer: unavailable },
  evaluator: { evaluate: unavailable },
  runs: { run: unavailable },
  gemm: { rowProducts: unavailable, columnProducts: unavailable },
  nodeTimes: { measure: unavailable, compare: unavailable },
  dims: new Map(),
  target: 'node-x64-vnni',
  drawsFigures: false,
  calibration: undefined,
});

const failure = (run: Transform['run'], signal?: AbortSignal): Promise<unknown> =>
  runStep(classifier(), planned(run), context(signal), ['tidy', 'prune l1:0.4']).catch((error: unknown) => error);

describe('a step that fails', () => {
  it('names itself, the node, and the steps before it', async () => {
    const error = await failure(async () => {
      throw new GraphError('OP', 'no rule for Mystery', { node: 'conv', hint: 'skip it' });
    });
    expect(error).toBeInstanceOf(StepError);
    expect(error).toMatchObject({
      message: 'quant test failed on node conv: no rule for Mystery (after: tidy, prune l1:0.4)',
      node: 'conv',
      hint: 'skip it',
    });
  });

  it('is caught when it leaves an unsound graph', async () => {
    const error = await failure(async (model: Model) => {
      for (const node of model.nodes()) if (node.label === 'relu') node.setInput(0, 'nowhere');
      return NOTHING;
    });
    expect(error).toBeInstanceOf(StepError);
    expect(error).toMatchObject({ message: expect.stringContaining('quant test left a broken graph') });
  });

  it('is a cancellation when the signal fired', async () => {
    const cancellation = new AbortController();
    const error = await failure(async (_model, { signal }) => {
      cancellation.abort();
      signal.throwIfAborted();
      return NOTHING;
    }, cancellation.signal);
    expect(error).toBeInstanceOf(CancelledError);
  });

  it('passes bugs on as they are', async () => {
    const bug = new TypeError('undefined is not a function');
    expect(await failure(() => Promise.reject(bug))).toBe(bug);
  });
});
