import { describe, expect, it } from '@jest/globals';
import { GraphError } from '@onnx-compress/graph';
import { CancelledError, CompressError, EXIT_CODES, ModelError, UsageError } from '../src/errors.js';
import { throwIfAborted, yieldToEventLoop } from '../src/run/cancellation.js';
import { toCompressError } from '../src/to-compress-error.js';
import { thrownBy } from './thrown.js';

describe('toCompressError', () => {
  it('makes a ModelError of a GraphError, with code, text and place', () => {
    const cause = new GraphError('WEIGHT_SIZE', 'weight "w" has 3 bytes, not 4', {
      hint: 'Export again.',
      tensor: 'w',
    });
    const error = toCompressError(cause);
    expect(error).toBeInstanceOf(ModelError);
    expect(error).toMatchObject({
      name: 'ModelError',
      code: 'WEIGHT_SIZE',
      message: 'weight "w" has 3 bytes, not 4',
      hint: 'Export again.',
      node: undefined,
      tensor: 'w',
      exitCode: EXIT_CODES.model,
      cause,
    });
  });

  it('makes a CancelledError of an abort, and of the reason the run was aborted with', () => {
    const reason = new Error('enough');
    expect(toCompressError(AbortSignal.abort().reason)).toBeInstanceOf(CancelledError);
    expect(toCompressError(reason, AbortSignal.abort(reason))).toBeInstanceOf(CancelledError);
    expect(toCompressError(reason, new AbortController().signal)).toBe(reason);
  });

  it('leaves its own errors, bugs and oddities as they are', () => {
    for (const error of [new UsageError('X', 'x'), new TypeError('bug'), 'text', undefined, null]) {
      expect(toCompressError(error, AbortSignal.abort())).toBe(error);
    }
  });
});

describe('CompressError', () => {
  it('carries the exit code of its class and its details', () => {
    const error = new UsageError('SPEC_SYNTAX', 'bad spec', { hint: 'look', node: 'n', tensor: 't', cause: 1 });
    expect(error).toBeInstanceOf(CompressError);
    expect(error).toMatchObject({ name: 'UsageError', exitCode: 2, hint: 'look', node: 'n', tensor: 't', cause: 1 });
  });
});

describe('throwIfAborted', () => {
  it('does nothing before the signal fires', () => {
    expect(thrownBy(() => throwIfAborted(new AbortController().signal))).toBe('nothing');
  });

  it('throws a CancelledError that tells a time limit from a wish', async () => {
    expect(thrownBy(() => throwIfAborted(AbortSignal.abort()))).toBe('CANCELLED Cancelled.');
    const limit = AbortSignal.timeout(0);
    await new Promise((resolve) => limit.addEventListener('abort', resolve));
    expect(thrownBy(() => throwIfAborted(limit))).toBe('CANCELLED Cancelled: the time limit was reached.');
  });
});

describe('yieldToEventLoop', () => {
  it('gives timers and immediates their turn', async () => {
    const order: string[] = [];
    setImmediate(() => order.push('other work'));
    await yieldToEventLoop(new AbortController().signal);
    order.push('resumed');
    expect(order).toEqual(['other work', 'resumed']);
  });

  it('notices a signal that fires meanwhile', async () => {
    const controller = new AbortController();
    setImmediate(() => controller.abort());
    await expect(yieldToEventLoop(controller.signal)).rejects.toThrow(CancelledError);
  });
});
