import { formatSpec } from '../spec/format-spec.js';
import { startsWithKey } from '../spec/spec.js';
import type { JsonValue } from '../transform.js';
import { describeOptions } from './describe-options.js';
import type { Registry } from './registry.js';
import type { Step } from './step.js';

/**
 * Writes a step as the shortest spec that resolves to it; options at their defaults are left out, and so are objects,
 * which only a recipe can hold.
 *
 * @throws UsageError when the registry lacks the technique
 * @example formatStep(registry, step); // 'l1:0.4@/features/**'
 */
export function formatStep(registry: Registry, step: Step): string {
  const technique = registry.find(step.family, step.technique);
  const options = new Map<string, string | true>();
  let positional: string | undefined;
  for (const option of describeOptions(technique)) {
    const value = step.options[option.key];
    if (value === undefined || option.schema.type === 'object') continue;
    if (JSON.stringify(value) === JSON.stringify(option.default)) continue;
    const text = valueText(value);
    if (option.positional && !startsWithKey(text)) positional = text;
    else options.set(option.name, value === true && option.schema.type === 'boolean' ? true : text);
  }
  const { include, skip } = step;
  return formatSpec({ name: technique.name, positional, options: Object.fromEntries(options), include, skip });
}

function valueText(value: JsonValue): string {
  return Array.isArray(value) ? value.join('+') : String(value);
}
