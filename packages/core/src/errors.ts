/** Exit codes of the command line; the class of an error decides which one it ends with. */
export const EXIT_CODES = {
  ok: 0,
  bug: 1,
  usage: 2,
  model: 3,
  step: 4,
  verification: 5,
  budget: 6,
  cancelled: 130,
} as const;

/** Where an error happened and what to do about it. */
export interface ErrorDetails {
  /** What the user can do next, one sentence. */
  readonly hint?: string | undefined;
  /** Name of the node concerned. */
  readonly node?: string | undefined;
  /** Name of the tensor concerned. */
  readonly tensor?: string | undefined;
  readonly cause?: unknown;
}

/**
 * Every expected failure of the toolkit: one line for a person (`message`), a stable `code` for programs,
 * and the exit code the command line ends with. Anything else that is thrown is a bug.
 *
 * @example
 * try { await compressFile(input, output, options); }
 * catch (error) { if (error instanceof CompressError) console.error(error.code, error.message, error.hint); }
 */
export abstract class CompressError extends Error {
  abstract readonly exitCode: number;
  readonly hint: string | undefined;
  readonly node: string | undefined;
  readonly tensor: string | undefined;

  constructor(
    readonly code: string,
    message: string,
    details: ErrorDetails = {},
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = new.target.name;
    this.hint = details.hint;
    this.node = details.node;
    this.tensor = details.tensor;
  }
}

/** A flag, spec, recipe or option that cannot be meant; nothing was read or written. */
export class UsageError extends CompressError {
  readonly exitCode = EXIT_CODES.usage;
}

/** A model, or input data for it, that cannot be read or is not supported. */
export class ModelError extends CompressError {
  readonly exitCode = EXIT_CODES.model;
}

/** A compression step that could not be carried out; names the node and the steps before it. */
export class StepError extends CompressError {
  readonly exitCode = EXIT_CODES.step;
}

/** The rewritten model is unsound: it does not load, run, or agree with itself. */
export class VerificationError extends CompressError {
  readonly exitCode = EXIT_CODES.verification;
}

/** The rewritten model is sound but misses a limit the caller set. */
export class BudgetError extends CompressError {
  readonly exitCode = EXIT_CODES.budget;
}

/** The caller's AbortSignal fired; nothing was left behind. */
export class CancelledError extends CompressError {
  readonly exitCode = EXIT_CODES.cancelled;
}
