import type { ParsedArguments } from '../options/arguments.js';
import type { Io } from '../run.js';

/** Runs a command whose arguments were parsed. @returns the exit code */
export type CommandRunner = (args: ParsedArguments, io: Io) => Promise<number>;
