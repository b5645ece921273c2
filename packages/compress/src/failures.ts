import { toCompressError } from '@onnx-compress/core';
import { HostError } from '@onnx-compress/runtime';

/** A signal that never fires, for callers that gave none. */
export const NEVER: AbortSignal = new AbortController().signal;

/**
 * Any error as users know it. An onnxruntime that ends during a cancelled run was ended by the cancellation: a
 * terminal sends its interrupt to child processes as well.
 */
export function known(error: unknown, signal: AbortSignal | undefined): unknown {
  const ended = signal?.aborted === true && error instanceof HostError;
  return toCompressError(ended ? signal.reason : error, signal);
}

/** Runs work whose errors of lower layers become those that users know. @throws CompressError */
export async function translated<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw known(error, signal);
  }
}
