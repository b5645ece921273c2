import { existsSync } from 'node:fs';
import { nearestName } from 'onnx-compress';
import type { CommandRunner } from './commands/runner.js';
import { locate } from './locate.js';
import type { ParsedArguments } from './options/arguments.js';
import { COMMANDS, DEFAULT_COMMAND } from './options/commands.js';
import { extraPositional, missingPositional, unknownCommand } from './options/messages.js';
import { parseArguments } from './options/parse.js';
import { reportError } from './output/report-error.js';
import type { Io } from './run.js';

const RUNNERS: Readonly<Record<string, () => Promise<CommandRunner>>> = {
  compress: async () => (await import('./commands/compress.js')).runCompress,
  inspect: async () => (await import('./commands/inspect.js')).runInspect,
  diff: async () => (await import('./commands/diff.js')).runDiff,
  verify: async () => (await import('./commands/verify.js')).runVerify,
  check: async () => (await import('./commands/check.js')).runCheck,
  measure: async () => (await import('./commands/measure.js')).runMeasure,
  report: async () => (await import('./commands/report.js')).runReport,
  list: async () => (await import('./commands/list.js')).runList,
};

/** A first word that is no file was meant as a command where it is like one, or where another word follows. */
function checkMistypedCommand({ command, positionals }: ParsedArguments, io: Io): void {
  const [word, next] = positionals;
  if (command.name !== DEFAULT_COMMAND || word === undefined || existsSync(locate(io, word))) return;
  const known = COMMANDS.map(({ name }) => name);
  const nearest = nearestName(word, known);
  if (nearest !== undefined || next !== undefined) throw unknownCommand(word, nearest, known);
}

function checkPositionals(args: ParsedArguments): void {
  const { command, positionals } = args;
  const extra = command.variadic === true ? undefined : positionals[command.positionals.length];
  if (extra !== undefined) throw extraPositional(command, extra);
  const missing = command.positionals.slice(0, command.required)[positionals.length];
  if (missing !== undefined && !args.has('print-recipe')) throw missingPositional(command, missing);
}

/** Parses a command line, runs its command, and prints what goes wrong. @returns the exit code */
export async function dispatch(argv: readonly string[], io: Io): Promise<number> {
  try {
    const args = parseArguments(argv);
    checkMistypedCommand(args, io);
    checkPositionals(args);
    const load = RUNNERS[args.command.name];
    if (load === undefined) throw new Error(`no runner for command ${args.command.name}`);
    const runCommand = await load();
    return await runCommand(args, io);
  } catch (error) {
    return reportError(error, io, argv.includes('--json'));
  }
}
