import { describe, expect, it } from '@jest/globals';
import { answerOf, type CompressError, StepError } from '../src/index.js';

const refused = (cause: CompressError) => new StepError('NOT_TIMED', `not timed: ${cause.message}`);
const running = new AbortController().signal;

describe('what only the machine tells', () => {
  it('is handed on', async () => {
    await expect(answerOf(Promise.resolve(7), refused, running)).resolves.toBe(7);
  });

  it('becomes the error of whoever asked, where it cannot be told', async () => {
    const failed = Promise.reject(new StepError('NO_SESSION', 'no session'));
    await expect(answerOf(failed, refused, running)).rejects.toMatchObject({
      code: 'NOT_TIMED',
      message: 'not timed: no session',
    });
  });

  it('hides no mistake of the program', async () => {
    await expect(answerOf(Promise.reject(new TypeError('mistake')), refused, running)).rejects.toThrow(TypeError);
  });

  it('is a cancellation where the signal has fired', async () => {
    const failed = Promise.reject(new StepError('NO_SESSION', 'no session'));
    await expect(answerOf(failed, refused, AbortSignal.abort())).rejects.toMatchObject({ name: 'CancelledError' });
  });
});
