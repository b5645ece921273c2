import { type ErrorDetails, ModelError } from '@onnx-compress/core';

/** What onnxruntime was asked when it failed; `crash` means that its thread or process ended. */
export type HostPhase = 'load' | 'run' | 'crash';

/**
 * onnxruntime could not do what a host asked of it. The message is one line without source paths;
 * `cause` holds the text as onnxruntime gave it.
 */
export class HostError extends ModelError {
  constructor(
    readonly phase: HostPhase,
    code: string,
    message: string,
    details: ErrorDetails = {},
  ) {
    super(code, message, details);
  }
}
