import { nearestName } from 'onnx-compress';
import yargs from 'yargs';
import { ParsedArguments } from './arguments.js';
import { COMMANDS, DEFAULT_COMMAND } from './commands.js';
import { givenTwice, missingValue, unknownOption, wrongChoice } from './messages.js';
import type { Command, Option } from './option.js';

/** Only what a shell user expects: no `--no-x`, no `--a.b`, no camelCase twins, no silent numbers. */
const PARSING = {
  'boolean-negation': false,
  'camel-case-expansion': false,
  'combine-arrays': false,
  'dot-notation': false,
  'duplicate-arguments-array': true,
  'flatten-duplicate-arrays': true,
  'greedy-arrays': false,
  'parse-numbers': false,
  'parse-positional-numbers': false,
  'short-option-groups': false,
  'strip-aliased': true,
} as const;

/** Every option of every command once, so that values are split off before the command is known. */
const ALL_OPTIONS: readonly Option[] = [
  ...new Map(COMMANDS.flatMap(({ options }) => options).map((option) => [option.name, option])).values(),
];

function tokenize(argv: readonly string[]): Record<string, unknown> {
  let parser = yargs([...argv])
    .locale('en')
    .help(false)
    .version(false)
    .exitProcess(false)
    .fail(false);
  parser = parser.parserConfiguration(PARSING);
  for (const { name, short, value } of ALL_OPTIONS) {
    const alias = short === undefined ? {} : { alias: short };
    parser =
      value === undefined
        ? parser.option(name, { type: 'boolean', ...alias })
        : parser.option(name, { type: 'string', nargs: 1, ...alias });
  }
  return { ...parser.parseSync() };
}

/** yargs reports a missing value as `Not enough arguments following: o`. */
function withoutValue(error: unknown): string | undefined {
  const match = error instanceof Error ? /following: (\S+)/.exec(error.message) : null;
  return match?.[1];
}

function tokens(argv: readonly string[]): Record<string, unknown> {
  try {
    return tokenize(argv);
  } catch (error) {
    const option = withoutValue(error);
    throw option === undefined
      ? error
      : missingValue(ALL_OPTIONS.find(({ name, short }) => [name, short].includes(option))?.name ?? option);
  }
}

const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);

function checkedValues(option: Option, given: unknown): readonly string[] {
  const values = asList(given).map(String);
  if (values.length > 1 && option.repeatable === undefined) throw givenTwice(option.name);
  for (const value of values) {
    if (value === '') throw missingValue(option.name);
    if (option.choices !== undefined && !option.choices.includes(value)) {
      throw wrongChoice(option.name, value, option.choices, nearestName(value, option.choices));
    }
  }
  return values;
}

/** The command that the first word names, else the default one; and the words that are left. */
function commandOf(words: readonly string[]): readonly [command: Command, positionals: readonly string[]] {
  const [first, ...rest] = words;
  const named = COMMANDS.find(({ name }) => name === first);
  if (named !== undefined) return [named, rest];
  const main = COMMANDS.find(({ name }) => name === DEFAULT_COMMAND);
  if (main === undefined) throw new Error('the default command is not declared');
  return [main, words];
}

/**
 * Splits a command line into command, positional arguments and options, strictly: unknown options, options of
 * another command, missing values and repeated scalars are errors. Positionals are not checked here.
 *
 * @throws UsageError
 */
export function parseArguments(argv: readonly string[]): ParsedArguments {
  const { _: words = [], $0: _program, ...given } = tokens(argv);
  const [command, positionals] = commandOf(asList(words).map(String));
  const values = new Map<string, readonly string[]>();
  const switches = new Set<string>();
  for (const [name, value] of Object.entries(given)) {
    const option = command.options.find((known) => known.name === name);
    if (option === undefined) throw unknownOption(name, command, nearestOption(name, command));
    if (option.value !== undefined) values.set(name, checkedValues(option, value));
    else if (asList(value).includes(true)) switches.add(name);
  }
  return new ParsedArguments(command, positionals, values, switches);
}

function nearestOption(name: string, { options }: Command): string | undefined {
  const nearest = nearestName(
    name,
    options.map((option) => option.name),
  );
  return nearest === undefined ? undefined : `--${nearest}`;
}
