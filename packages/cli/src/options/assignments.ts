import { extname } from 'node:path';
import { parseNumber } from 'onnx-compress';
import { locate } from '../locate.js';
import type { Io } from '../run.js';
import type { ParsedArguments } from './arguments.js';
import { givenTwice, notAnAssignment } from './messages.js';

/** Splits `name=value` options at the first equals sign. @throws UsageError without one, and for a name given twice */
function assignments(args: ParsedArguments, option: string, example: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const text of args.all(option)) {
    const end = text.indexOf('=', 1);
    if (end < 0 || end === text.length - 1) throw notAnAssignment(option, text, example);
    const name = text.slice(0, end);
    if (found.has(name)) throw givenTwice(`${option} ${name}`);
    found.set(name, text.slice(end + 1));
  }
  return found;
}

/** Values of `--input`, by input name; files are found from the working directory. */
export function inputValues(args: ParsedArguments, io: Io): Readonly<Record<string, string>> {
  const entries = [...assignments(args, 'input', 'sr=16000 or mask=mask.npy')];
  const isFile = (value: string) => ['.npy', '.pb'].includes(extname(value));
  return Object.fromEntries(entries.map(([name, value]) => [name, isFile(value) ? locate(io, value) : value]));
}

/** Sizes of `--dim`, by symbol. @throws UsageError for anything but whole numbers above 0 */
export function dimSizes(args: ParsedArguments): Readonly<Record<string, number>> {
  const entries = [...assignments(args, 'dim', 'batch=1')];
  return Object.fromEntries(
    entries.map(([name, text]) => {
      const size = parseNumber(text);
      if (size === undefined || size < 1 || !Number.isSafeInteger(size)) {
        throw notAnAssignment('dim', `${name}=${text}`, `${name}=1, a whole number of at least 1`);
      }
      return [name, size];
    }),
  );
}
