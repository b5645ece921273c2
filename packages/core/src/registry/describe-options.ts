import { z } from 'zod';
import type { Technique } from '../technique.js';
import { allowedValues } from './allowed-values.js';
import type { JsonSchema } from './json-schema.js';

/** One option of a technique, for help texts and messages. */
export interface OptionDescription {
  /** As a spec writes it: `keep-macs`. */
  readonly name: string;
  /** As recipes and the library write it: `keepMacs`. */
  readonly key: string;
  /** What it may be, in words: `a number above 0 and below 1`. */
  readonly allowed: string;
  /** The schema's `.describe()` text. */
  readonly summary: string | undefined;
  readonly default: JsonSchema['default'];
  readonly required: boolean;
  /** True for the option that a bare `name:value` sets. */
  readonly positional: boolean;
  readonly schema: JsonSchema;
}

/** The options a technique takes besides `include` and `skip`, in the order of its schema. */
export function describeOptions(technique: Technique): readonly OptionDescription[] {
  const schema = optionsSchema(technique);
  const properties = Object.entries(schema.properties ?? {});
  return properties.flatMap(([key, property]) => {
    if (typeof property === 'boolean') return [];
    return {
      name: specKey(key),
      key,
      allowed: allowedValues(property),
      summary: property.description,
      default: property.default,
      required: schema.required?.includes(key) ?? false,
      positional: key === technique.positional,
      schema: property,
    };
  });
}

/** The JSON Schema of a technique's options object. */
export function optionsSchema(technique: Technique): JsonSchema {
  const { $schema, ...schema } = z.toJSONSchema(technique.options, { io: 'input' });
  return schema;
}

function specKey(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
