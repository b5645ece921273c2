import { z } from 'zod';
import type { UsageError } from '../errors.js';
import { invalidOption, missingOption, optionsConflict, unknownOption } from '../messages.js';
import { nearestName } from '../nodes/nearest-name.js';
import type { Technique } from '../technique.js';
import type { JsonValue } from '../transform.js';
import { describeOptions, type OptionDescription } from './describe-options.js';

const jsonObject = z.record(z.string(), z.json());

/** What messages call an option: its `name` in a spec, its `key` in a recipe. */
export type Naming = 'name' | 'key';

/**
 * Checks option values against a technique's schema and fills in its defaults.
 *
 * @param values by option key; an undefined value counts as left out
 * @param where what messages begin with: the spec's text or the place in a recipe
 * @throws UsageError naming the option and what it may be
 */
export function checkOptions(
  technique: Technique,
  values: Readonly<Record<string, unknown>>,
  where: string,
  naming: Naming,
): Readonly<Record<string, JsonValue>> {
  const descriptions = describeOptions(technique);
  const given = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
  for (const key of Object.keys(given)) {
    if (!descriptions.some((option) => option.key === key)) throw noSuchOption(where, technique, key, naming);
  }
  const result = technique.options.safeParse(given);
  if (result.success) return jsonObject.parse(result.data);
  throw explain(result.error, technique, descriptions, given, where, naming);
}

/** The error for an option that the technique lacks, with the nearest one it has. */
export function noSuchOption(where: string, technique: Technique, option: string, naming: Naming): UsageError {
  const known = describeOptions(technique).map((description) => description[naming]);
  return unknownOption(where, technique.name, option, known, nearestName(option, known));
}

function explain(
  error: z.ZodError,
  technique: Technique,
  descriptions: readonly OptionDescription[],
  given: Readonly<Record<string, unknown>>,
  where: string,
  naming: Naming,
): UsageError {
  const [issue] = error.issues;
  const option = descriptions.find(({ key }) => key === issue?.path[0]);
  if (option === undefined) return optionsConflict(where, issue?.message ?? 'the options are not valid');
  if (issue?.code === 'custom') return optionsConflict(where, `${option[naming]}: ${issue.message}`);
  if (!Object.hasOwn(given, option.key)) return missingOption(where, technique.name, option[naming], option.allowed);
  return invalidOption(where, option[naming], option.allowed, display(given[option.key], naming));
}

function display(value: unknown, naming: Naming): string {
  if (naming === 'key') return JSON.stringify(value) ?? String(value);
  return Array.isArray(value) ? value.join('+') : String(value);
}
