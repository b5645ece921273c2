import { commandHelp, overviewHelp } from './help.js';
import { COMMANDS, DEFAULT_COMMAND } from './options/commands.js';
import { version } from './version.js';

/** A text sink; a terminal where `isTTY` is true. */
export interface TextStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** Where a command reads and writes, so that tests can hand in their own. */
export interface Io {
  /** Results only. */
  readonly stdout: TextStream;
  /** Progress, warnings and errors. */
  readonly stderr: TextStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Cancels the run. */
  readonly signal?: AbortSignal;
}

const beforeSeparator = (argv: readonly string[]) => (argv.includes('--') ? argv.slice(0, argv.indexOf('--')) : argv);

/** Answers that need neither a parser nor the library, so that they come at once. */
function quickAnswer(argv: readonly string[]): string | undefined {
  const words = beforeSeparator(argv);
  const [first] = words;
  if (words.includes('--help') || words.includes('-h')) {
    const command = COMMANDS.find(({ name }) => name === first && first !== DEFAULT_COMMAND);
    return command === undefined ? overviewHelp() : commandHelp(command);
  }
  if (words.includes('--version')) return `${version()}\n`;
  return undefined;
}

/**
 * Runs one command line.
 *
 * @param argv arguments without the program's name
 * @returns the exit code; errors have been printed
 * @example
 * const code = await run(['inspect', 'model.onnx', '--json'], { stdout, stderr, env: {}, cwd });
 */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  const answer = quickAnswer(argv);
  if (answer !== undefined) {
    io.stdout.write(answer);
    return 0;
  }
  if (argv[0] === 'check') {
    const { recheck } = await import('./commands/recheck.js');
    if (await recheck(argv.slice(1), io)) return 0;
  }
  const { dispatch } = await import('./dispatch.js');
  return dispatch(argv, io);
}
