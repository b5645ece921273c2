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
 * Lets timers, input and the abort signal have their turn; for use between tensors or batches of a long computation.
 *
 * @throws CancelledError when the signal has fired by then
 */
export async function yieldToEventLoop(signal: AbortSignal): Promise<void> {
  throwIfAborted(signal);
  await new Promise<void>((resolve) => setImmediate(resolve));
  throwIfAborted(signal);
}
