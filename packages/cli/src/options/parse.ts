import { nearestName } from 'onnx-compress';
import { ParsedArguments } from './arguments.js';
import { COMMANDS, DEFAULT_COMMAND } from './commands.js';
import { givenTwice, missingValue, unknownOption, wrongChoice } from './messages.js';
import type { Command, Option } from './option.js';
import { ON, splitWords } from './split-words.js';

/** Every option of every command once, so that values are split off before the command is known. */
const ALL_OPTIONS: readonly Option[] = [
  ...new Map(COMMANDS.flatMap(({ options }) => options).map((option) => [option.name, option])).values(),
];

function checkedValues(option: Option, values: readonly string[]): readonly string[] {
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
  const { options, words } = splitWords(argv, ALL_OPTIONS);
  const [command, positionals] = commandOf(words);
  const values = new Map<string, readonly string[]>();
  const switches = new Set<string>();
  for (const [name, given] of options) {
    const option = command.options.find((known) => known.name === name);
    if (option === undefined) throw unknownOption(name, command, nearestOption(name, command));
    if (option.value !== undefined) values.set(name, checkedValues(option, given));
    else if (given.includes(ON)) switches.add(name);
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
