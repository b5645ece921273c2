import { CompressError } from '../errors.js';
import { throwIfAborted } from './cancellation.js';

/**
 * Waits for what only the machine tells, such as a measured time, and makes its failure an error of whoever asked.
 *
 * @param refused the error that says what could not be done for want of the answer
 * @throws CancelledError when the signal has fired
 * @throws whatever `refused` makes of a `CompressError`
 * @example const times = await answerOf(nodeTimes.measure([model], signal), latencyNotMeasured, signal);
 */
export async function answerOf<T>(
  answer: Promise<T>,
  refused: (cause: CompressError) => CompressError,
  signal: AbortSignal,
): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throwIfAborted(signal);
    throw error instanceof CompressError ? refused(error) : error;
  }
}
