import { GraphError } from '@onnx-compress/graph';
import { ModelError } from './errors.js';
import { cancelled } from './messages.js';
import { isNamedError } from './run/is-named-error.js';

/**
 * Translates what a run may throw into the toolkit's own errors: a `GraphError` becomes a `ModelError` of the same
 * code, text and place, an abort becomes a `CancelledError`. Everything else, bugs included, is returned as it is.
 *
 * @param signal the run's signal; its own reason, thrown by `signal.throwIfAborted()`, counts as an abort
 */
export function toCompressError(error: unknown, signal?: AbortSignal): unknown {
  if (error instanceof GraphError) {
    const { hint, node, tensor } = error;
    return new ModelError(error.code, error.message, { hint, node, tensor, cause: error });
  }
  if (isNamedError(error, 'AbortError') || (signal?.aborted && error === signal.reason)) return cancelled(error);
  return error;
}
