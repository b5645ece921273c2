import { CancelledError, UsageError } from './errors.js';
import { isNamedError } from './run/is-named-error.js';
import type { TechniqueFamily } from './technique.js';

/** A spec that breaks the grammar `name[:value][,key[=value]]...[@glob]`. */
export function specSyntax(text: string, problem: string): UsageError {
  return new UsageError('SPEC_SYNTAX', `Cannot read the spec "${text}": ${problem}`, {
    hint: 'A spec is name[:value][,key[=value]]...[@glob], for example "l1:0.4,round=8@/features/**".',
  });
}

/** A technique name that the family does not have. */
export function unknownTechnique(
  family: TechniqueFamily,
  name: string,
  known: readonly string[],
  nearest: string | undefined,
): UsageError {
  const hint = nearest === undefined ? `Known are: ${known.join(', ') || 'none'}.` : `Did you mean "${nearest}"?`;
  return new UsageError('UNKNOWN_TECHNIQUE', `There is no ${family} technique "${name}".`, { hint });
}

/** A technique name that belongs to another family. */
export function techniqueOfOtherFamily(family: TechniqueFamily, name: string, actual: TechniqueFamily): UsageError {
  return new UsageError('UNKNOWN_TECHNIQUE', `"${name}" is not a ${family} technique.`, {
    hint: `It is a ${actual} technique: use it there.`,
  });
}

/** An option that the technique does not take. */
export function unknownOption(
  where: string,
  technique: string,
  option: string,
  known: readonly string[],
  nearest: string | undefined,
): UsageError {
  const takes = known.length === 0 ? 'no options of its own' : known.join(', ');
  const guess = nearest === undefined ? '' : `Did you mean ${nearest}? `;
  return new UsageError('UNKNOWN_OPTION', `${where}: ${technique} has no option "${option}".`, {
    hint: `${guess}${technique} takes ${takes}; every technique takes skip and include globs.`,
  });
}

/** A bare `name:value` for a technique without a main option. */
export function noPositional(where: string, technique: string, value: string, known: readonly string[]): UsageError {
  const hint =
    known.length === 0 ? 'Leave the value out.' : `Write it as an option, ${technique} takes ${known.join(', ')}.`;
  return new UsageError('UNKNOWN_OPTION', `${where}: ${technique} takes no bare value, but got "${value}".`, { hint });
}

/** The same option given as bare value and by name. */
export function optionTwice(where: string, option: string): UsageError {
  return new UsageError('OPTION_TWICE', `${where}: ${option} is given twice.`, {
    hint: `The value after the colon is ${option}; keep one of the two.`,
  });
}

/** An option whose value is not among the allowed ones. */
export function invalidOption(where: string, option: string, allowed: string, given: string): UsageError {
  return new UsageError('INVALID_OPTION', `${where}: ${option} must be ${allowed}, not ${given}.`);
}

/** A switch where the option wants a value. */
export function optionNeedsValue(where: string, option: string, allowed: string): UsageError {
  return new UsageError('INVALID_OPTION', `${where}: ${option} needs a value: ${allowed}.`, {
    hint: `Write ${option}=value.`,
  });
}

/** A required option that was left out. */
export function missingOption(where: string, technique: string, option: string, allowed: string): UsageError {
  return new UsageError('MISSING_OPTION', `${where}: ${technique} needs ${option}: ${allowed}.`);
}

/** Options that do not fit together, in the technique's own words. */
export function optionsConflict(where: string, problem: string): UsageError {
  return new UsageError('INVALID_OPTION', `${where}: ${problem}`);
}

/** A recipe step that is not `{ family, technique, options?, include?, skip? }`. */
export function malformedStep(where: string, key: string, problem: string): UsageError {
  const at = key === '' ? where : `${where}.${key}`;
  return new UsageError('RECIPE_STEP', `${at} is not valid: ${problem}.`, {
    hint: 'A step is { "family", "technique", "options"?, "include"?, "skip"? }.',
  });
}

/** A glob that selects no node of the model. */
export function globMatchesNothing(glob: string, nearest: readonly string[]): UsageError {
  const names = nearest.length === 0 ? 'The model has no nodes.' : `The nearest names are ${nearest.join(', ')}.`;
  return new UsageError('GLOB_MATCHES_NOTHING', `No node of the model matches "${glob}".`, {
    hint: `${names} "*" stays between two slashes; "**" between slashes crosses them.`,
  });
}

/** The caller's signal fired, or its time limit. */
export function cancelled(reason: unknown): CancelledError {
  const message = isNamedError(reason, 'TimeoutError') ? 'Cancelled: the time limit was reached.' : 'Cancelled.';
  return new CancelledError('CANCELLED', message, { cause: reason });
}
