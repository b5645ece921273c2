import { cancelled } from '../messages.js';

/**
 * Stops work that was cancelled; for use where nothing is half done.
 *
 * @throws CancelledError when the signal has fired
 */
export function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw cancelled(signal.reason);
}

/**
 * Lets timers and input have their turn, where nothing can be cancelled: bytes of a model are computed whenever it is
 * written, long after the run that made it.
 */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/**
 * Lets timers, input and the abort signal have their turn; for use between tensors or batches of a long computation.
 *
 * @throws CancelledError when the signal has fired by then
 */
export async function yieldToEventLoop(signal: AbortSignal): Promise<void> {
  throwIfAborted(signal);
  await nextTurn();
  throwIfAborted(signal);
}
