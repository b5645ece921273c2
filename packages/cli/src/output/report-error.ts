import { CompressError, type ErrorObject, EXIT_CODES, type Report, renderJson } from 'onnx-compress';
import type { Io } from '../run.js';
import { redFor } from './colours.js';
import { oneLine, sentence } from './sentence.js';

function errorObject(error: unknown): ErrorObject {
  if (!(error instanceof CompressError)) return { code: 'BUG', message: oneLine(String(error)) };
  const { code, message, hint, node } = error;
  return {
    code,
    message: oneLine(message),
    ...(hint === undefined ? {} : { hint: oneLine(hint) }),
    ...(node === undefined ? {} : { node }),
  };
}

function personText(error: unknown, red: (text: string) => string): string {
  if (error instanceof CompressError) {
    const { message, hint } = errorObject(error);
    return `${red('error:')} ${sentence(message)}${hint === undefined ? '' : ` ${sentence(hint)}`}\n`;
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `${red('error:')} This is a bug of onnx-compress; please report it with the model and this text.\n${stack}\n`;
}

/**
 * Prints an error: one line on stderr for what can be expected, the stack for a bug; with `json` also an object on
 * stdout, together with the report where a result was rejected.
 *
 * @returns the exit code
 */
export function reportError(error: unknown, io: Io, json: boolean, report?: Report): number {
  io.stderr.write(personText(error, redFor(io.stderr, io)));
  if (json) io.stdout.write(renderJson({ schemaVersion: 1, ...report, error: errorObject(error) }));
  return error instanceof CompressError ? error.exitCode : EXIT_CODES.bug;
}
