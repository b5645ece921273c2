/** Where a graph error happened and what to do about it. */
export interface GraphErrorDetails {
  readonly hint?: string | undefined;
  readonly node?: string | undefined;
  readonly tensor?: string | undefined;
  readonly cause?: unknown;
}

/**
 * A model that cannot be read, edited or written as asked: one line of text, a stable code, and where known the
 * node or tensor concerned.
 */
export class GraphError extends Error {
  readonly hint: string | undefined;
  readonly node: string | undefined;
  readonly tensor: string | undefined;

  constructor(
    readonly code: string,
    message: string,
    details: GraphErrorDetails = {},
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'GraphError';
    this.hint = details.hint;
    this.node = details.node;
    this.tensor = details.tensor;
  }
}
