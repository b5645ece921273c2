import { parseByteSize, parseNumber } from '../spec/quantities.js';
import { isByteSize, itemSchema, type JsonSchema } from './json-schema.js';

/**
 * Turns the text of a spec's option into the value its schema wants; limits are left to the schema.
 *
 * @returns undefined when the text cannot be such a value
 */
export function coerceOption(text: string, schema: JsonSchema): unknown {
  if (schema.anyOf !== undefined) return firstCoercion(text, schema.anyOf);
  if (schema.const !== undefined) return String(schema.const) === text ? schema.const : undefined;
  if (schema.enum !== undefined) return schema.enum.find((value) => String(value) === text);
  if (isByteSize(schema)) return parseByteSize(text);
  switch (schema.type) {
    case 'integer':
    case 'number':
      return parseNumber(text);
    case 'boolean':
      return new Map([
        ['true', true],
        ['false', false],
      ]).get(text);
    case 'object':
      return undefined;
    case 'array':
      return coerceList(text, itemSchema(schema));
    default:
      return text;
  }
}

function firstCoercion(text: string, schemas: NonNullable<JsonSchema['anyOf']>): unknown {
  for (const schema of schemas) {
    const value = typeof schema === 'boolean' ? undefined : coerceOption(text, schema);
    if (value !== undefined) return value;
  }
  return undefined;
}

function coerceList(text: string, item: JsonSchema): readonly unknown[] | undefined {
  const values = text.split('+').map((part) => coerceOption(part, item));
  return values.includes(undefined) ? undefined : values;
}
