import { parseArgs } from 'node:util';
import { missingValue } from './messages.js';
import type { Option } from './option.js';

/** A command line word by word, before it is known which command it is for. */
export interface SplitWords {
  /** Values of each option by its long name, in order; an unknown option is there under its own name. */
  readonly options: ReadonlyMap<string, readonly string[]>;
  /** The words that belong to no option. */
  readonly words: readonly string[];
}

/** What a switch without a value stands for. */
export const ON = 'true';

/** A word that starts an option; numbers below zero are values. */
const OPTION = /^--?(?![\d.])./;

const declared = ({ name, short, value }: Option) =>
  [name, { type: value === undefined ? 'boolean' : 'string', ...(short !== undefined && { short }) }] as const;

/**
 * Splits off options and their values: the word that follows, or what stands behind `=`. Everything behind `--` is left
 * as it is; nothing is guessed, such as a `--no-x` or a value that looks like an option.
 *
 * @throws UsageError where a value is missing
 */
export function splitWords(argv: readonly string[], known: readonly Option[]): SplitWords {
  const { tokens } = parseArgs({
    args: [...argv],
    options: Object.fromEntries(known.map(declared)),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const takesValue = new Set(known.filter(({ value }) => value !== undefined).map(({ name }) => name));
  const options = new Map<string, string[]>();
  const words: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') words.push(token.value);
    if (token.kind !== 'option') continue;
    const { name, value, inlineValue } = token;
    const isMissing = value === undefined || (!inlineValue && OPTION.test(value));
    if (takesValue.has(name) && isMissing) throw missingValue(name);
    options.set(name, [...(options.get(name) ?? []), value ?? ON]);
  }
  return { options, words };
}
