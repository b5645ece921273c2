import { HostError } from '../host/errors.js';

/** The result, or the failure of onnxruntime as a value; anything else that is thrown is thrown on. */
export async function attempt<T>(work: Promise<T>): Promise<T | HostError> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof HostError) return error;
    throw error;
  }
}
