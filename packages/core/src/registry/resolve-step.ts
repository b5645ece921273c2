import { invalidOption, noPositional, optionNeedsValue, optionTwice } from '../messages.js';
import { formatSpec } from '../spec/format-spec.js';
import type { ParsedSpec } from '../spec/spec.js';
import type { Technique, TechniqueFamily } from '../technique.js';
import { checkOptions, noSuchOption } from './check-options.js';
import { coerceOption } from './coerce-option.js';
import { describeOptions, type OptionDescription } from './describe-options.js';
import type { Registry } from './registry.js';
import type { Step } from './step.js';

/**
 * Looks a parsed spec up in the registry and turns it into a step: texts become the values its options want, defaults
 * are filled in.
 *
 * @throws UsageError in one line that quotes the spec, names the option and says what it may be
 * @example resolveStep(registry, 'prune', parseSpec('l1:0.4'));
 * // { family: 'prune', technique: 'l1', options: { ratio: 0.4 }, include: [], skip: [] }
 */
export function resolveStep(registry: Registry, family: TechniqueFamily, spec: ParsedSpec): Step {
  const technique = registry.find(family, spec.name);
  const where = `${family} "${formatSpec(spec)}"`;
  const values = optionValues(technique, spec, where);
  const options = checkOptions(technique, values, where, 'name');
  return { family, technique: technique.name, options, include: spec.include, skip: spec.skip };
}

function optionValues(technique: Technique, spec: ParsedSpec, where: string): Record<string, unknown> {
  const descriptions = describeOptions(technique);
  const values: Record<string, unknown> = {};
  for (const [name, text] of Object.entries(spec.options)) {
    const option = descriptions.find((description) => description.name === name);
    if (option === undefined) throw noSuchOption(where, technique, name, 'name');
    values[option.key] = coercedValue(option, text, where);
  }
  if (spec.positional === undefined) return values;
  const option = descriptions.find((description) => description.positional);
  const names = descriptions.map((description) => description.name);
  if (option === undefined) throw noPositional(where, technique.name, spec.positional, names);
  if (Object.hasOwn(values, option.key)) throw optionTwice(where, option.name);
  return { ...values, [option.key]: coercedValue(option, spec.positional, where) };
}

function coercedValue(option: OptionDescription, text: string | true, where: string): unknown {
  const isSwitch = option.schema.type === 'boolean';
  if (text === true && !isSwitch) throw optionNeedsValue(where, option.name, option.allowed);
  const value = text === true ? true : coerceOption(text, option.schema);
  if (value === undefined) throw invalidOption(where, option.name, option.allowed, String(text));
  return value;
}
