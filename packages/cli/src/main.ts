import { type Io, run } from './run.js';

/** The part of Node's `process` that the command line uses. */
export interface ProcessLike {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  exitCode?: number | string | null | undefined;
  cwd(): string;
  once(event: 'SIGINT' | 'SIGTERM', listener: () => void): unknown;
  off(event: 'SIGINT' | 'SIGTERM', listener: () => void): unknown;
}

/** A reader that closes the pipe early, as `head` does, is no error. */
function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}

/**
 * The command line: runs `process.argv` and sets `process.exitCode`; it never ends the process itself.
 * The first SIGINT cancels the run, which then ends with 130 and leaves no partial file. The second one finds no
 * listener any more, so Node ends the process at once.
 */
export async function main(process: ProcessLike): Promise<void> {
  const cancellation = new AbortController();
  const cancel = () => cancellation.abort();
  process.once('SIGINT', cancel);
  process.once('SIGTERM', cancel);
  process.stdout.on('error', ignoreClosedPipe);
  process.stderr.on('error', ignoreClosedPipe);
  const io: Io = {
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    cwd: process.cwd(),
    signal: cancellation.signal,
  };
  process.exitCode = await run(process.argv.slice(2), io);
  process.off('SIGINT', cancel);
  process.off('SIGTERM', cancel);
}
