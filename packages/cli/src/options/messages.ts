import { UsageError } from 'onnx-compress';
import type { NumberRange } from './arguments.js';
import type { Command } from './option.js';

const helpHint = (command: Command) =>
  command.name === 'compress' ? "See 'compress --help'." : `See 'compress ${command.name} --help'.`;

const didYouMean = (nearest: string | undefined, otherwise: string) =>
  nearest === undefined ? otherwise : `Did you mean ${nearest}?`;

/** An option that the command does not have. */
export function unknownOption(name: string, command: Command, nearest: string | undefined): UsageError {
  const flag = name.length === 1 ? `-${name}` : `--${name}`;
  return new UsageError(
    'USAGE_UNKNOWN_OPTION',
    `${flag} is not an option of 'compress${command.name === 'compress' ? '' : ` ${command.name}`}'`,
    {
      hint: didYouMean(nearest, helpHint(command)),
    },
  );
}

/** An option whose value is absent or empty. */
export function missingValue(name: string): UsageError {
  return new UsageError('USAGE_MISSING_VALUE', `--${name} needs a value`, { hint: "See 'compress --help'." });
}

/** An option that takes one value and got several. */
export function givenTwice(name: string): UsageError {
  return new UsageError('USAGE_GIVEN_TWICE', `--${name} is given more than once`, { hint: 'Give it once.' });
}

/** A value outside of the choices. */
export function wrongChoice(
  name: string,
  value: string,
  choices: readonly string[],
  nearest: string | undefined,
): UsageError {
  return new UsageError('USAGE_WRONG_CHOICE', `--${name} cannot be "${value}"`, {
    hint: didYouMean(nearest, `It is one of ${choices.join(', ')}.`),
  });
}

/** A value that is no number, or one out of its range. */
export function notANumber(
  name: string,
  value: string,
  expected: NumberRange & { readonly unit?: string },
): UsageError {
  const { least, above, below, most, whole, unit } = expected;
  const kind = unit ?? (whole ? 'a whole number' : 'a number');
  const range = [
    ...(least === undefined ? [] : [`at least ${least}`]),
    ...(above === undefined ? [] : [`above ${above}`]),
    ...(below === undefined ? [] : [`below ${below}`]),
    ...(most === undefined ? [] : [`at most ${most}`]),
  ];
  return new UsageError('USAGE_NOT_A_NUMBER', `--${name} cannot be "${value}"`, {
    hint: `It is ${[kind, ...range].join(', ')}.`,
  });
}

/** A first word that is no file, and almost or by its place a command. */
export function unknownCommand(word: string, nearest: string | undefined, known: readonly string[]): UsageError {
  return new UsageError('USAGE_UNKNOWN_COMMAND', `'${word}' is neither a command nor a file`, {
    hint: didYouMean(nearest && `'compress ${nearest}'`, `Commands are ${known.join(', ')}.`),
  });
}

/** Too few positional arguments. */
export function missingPositional(command: Command, name: string): UsageError {
  return new UsageError('USAGE_MISSING_ARGUMENT', `<${name}> is missing`, { hint: helpHint(command) });
}

/** Too many positional arguments. */
export function extraPositional(command: Command, word: string): UsageError {
  return new UsageError('USAGE_EXTRA_ARGUMENT', `"${word}" is one argument too many`, {
    hint: `A value with spaces or * belongs in double quotes. ${helpHint(command)}`,
  });
}

/** `--input` or `--dim` without its equals sign. */
export function notAnAssignment(name: string, value: string, example: string): UsageError {
  return new UsageError('USAGE_NOT_AN_ASSIGNMENT', `--${name} cannot be "${value}"`, {
    hint: `Write it as ${example}.`,
  });
}

/** `--report` with a file name whose ending says nothing. */
export function unknownReportKind(path: string, kinds: readonly string[]): UsageError {
  return new UsageError('USAGE_REPORT_KIND', `--report cannot tell the format from "${path}"`, {
    hint: `Its name ends in ${kinds.slice(0, -1).join(', ')} or ${kinds.at(-1)}.`,
  });
}

/** Samples for `compress inspect` that nothing would be tried with. */
export function onlyWithQuant(option: string): UsageError {
  return new UsageError('USAGE_ONLY_WITH_QUANT', `--${option} means nothing here without --quant`, {
    hint: 'Give --quant SPEC too, or leave it out.',
  });
}

/** `compress report` without `-o`. */
export function missingOutput(): UsageError {
  return new UsageError('USAGE_MISSING_OUTPUT', 'There is no file to draw the report into', {
    hint: 'Name it with -o page.html or -o page.md.',
  });
}

/** `compress report` into a file whose ending says nothing. */
export function unknownPageKind(path: string): UsageError {
  return new UsageError('USAGE_PAGE_KIND', `The format of the page cannot be told from "${path}"`, {
    hint: 'Its name ends in .html or .md.',
  });
}

/** `compress report` of several reports that cannot stand side by side. */
export function mixedReports(): UsageError {
  return new UsageError('USAGE_MIXED_REPORTS', 'Only reports of compression runs can be compared with each other', {
    hint: 'Draw a measurement alone; compress measure --against compares two models.',
  });
}

/** `compress list` of something that is no family. */
export function unknownFamily(word: string, families: readonly string[], nearest: string | undefined): UsageError {
  return new UsageError('USAGE_UNKNOWN_FAMILY', `There is no family "${word}"`, {
    hint: didYouMean(nearest, `It is one of ${families.join(', ')}.`),
  });
}

/** A file that cannot be written, by what it is to hold: `report`, `plan`, `sidecar`. */
export function fileNotWritable(document: string, path: string, cause: unknown): UsageError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new UsageError('USAGE_FILE_NOT_WRITABLE', `Cannot write the ${document} ${path}: ${reason}`, {
    hint: 'Name a file in an existing folder.',
    cause,
  });
}
