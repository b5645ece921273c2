import { COMMANDS, DEFAULT_COMMAND } from './options/commands.js';
import type { Command, Option } from './options/option.js';

const usage = ({ name, positionals, required, variadic }: Command) =>
  [
    'compress',
    ...(name === DEFAULT_COMMAND ? [] : [name]),
    ...positionals.map((positional, index) => (index < required ? `<${positional}>` : `[${positional}]`)),
    ...(variadic === true ? ['...'] : []),
  ].join(' ');

function optionTitle({ name, short, value, repeatable }: Option): string {
  const flag = `${short === undefined ? '    ' : `-${short}, `}--${name}`;
  return `${flag}${value === undefined ? '' : ` ${value}`}${repeatable ? ' ...' : ''}`;
}

function twoColumns(rows: readonly (readonly [string, string])[]): readonly string[] {
  const width = Math.max(...rows.map(([title]) => title.length));
  return rows.map(([title, text]) => `  ${title.padEnd(width)}   ${text}`);
}

const optionLines = ({ options }: Command) =>
  twoColumns(options.map((option): [string, string] => [optionTitle(option), option.summary]));

/** Help for one command. Pure; ends with a line break. */
export function commandHelp(command: Command): string {
  const lines = [`${usage(command)} [options]`, '', command.summary, '', 'Options:', ...optionLines(command)];
  return `${lines.join('\n')}\n`;
}

/** Help for the whole program: its commands, and the options of the default one. Pure; ends with a line break. */
export function overviewHelp(): string {
  const main = COMMANDS.find(({ name }) => name === DEFAULT_COMMAND);
  const lines = [
    'Makes ONNX models smaller and faster, and proves it.',
    '',
    ...twoColumns(COMMANDS.map((command): [string, string] => [usage(command), command.summary])),
    '',
    'SPEC is name[:value][,key=value]...[@glob]; globs match node names; write it in double quotes.',
    "A bare ratio is the part removed: l1:0.4 removes 40 % of the channels. 'compress list' shows every technique.",
    '',
    'Options:',
    ...(main === undefined ? [] : optionLines(main)),
    '    --help, --version',
    '',
    'Exit codes: 0 ok, 1 a bug of ours, 2 usage or recipe, 3 unreadable or unsupported model, 4 a step failed,',
    '5 verification failed, 6 budget missed, 130 cancelled.',
  ];
  return `${lines.join('\n')}\n`;
}
