import { isByteSize, itemSchema, type JsonSchema } from './json-schema.js';

/** Says in words which values a schema allows: `a whole number of at least 1`, `one of int4, int8`; or its title. */
export function allowedValues(schema: JsonSchema): string {
  if (schema.title !== undefined) return schema.title;
  if (schema.anyOf !== undefined) return alternatives(schema.anyOf);
  if (schema.const !== undefined) return String(schema.const);
  if (schema.enum !== undefined) return `one of ${schema.enum.join(', ')}`;
  if (isByteSize(schema)) return 'a size such as 2MB or 1.5MiB';
  switch (schema.type) {
    case 'boolean':
      return 'true or false';
    case 'integer':
      return `a whole number${bounds(schema)}`;
    case 'number':
      return `a number${bounds(schema)}`;
    case 'object':
      return 'an object in a recipe; a spec cannot hold it';
    case 'array':
      return `a list joined with "+", each ${allowedValues(itemSchema(schema))}`;
    default:
      return 'a text';
  }
}

function alternatives(schemas: NonNullable<JsonSchema['anyOf']>): string {
  return schemas.flatMap((schema) => (typeof schema === 'boolean' ? [] : allowedValues(schema))).join(', or ');
}

function bounds({ minimum, exclusiveMinimum, maximum, exclusiveMaximum }: JsonSchema): string {
  const texts = [
    exclusiveMinimum === undefined ? '' : `above ${exclusiveMinimum}`,
    minimum === undefined || minimum <= Number.MIN_SAFE_INTEGER ? '' : `of at least ${minimum}`,
    exclusiveMaximum === undefined ? '' : `below ${exclusiveMaximum}`,
    maximum === undefined || maximum >= Number.MAX_SAFE_INTEGER ? '' : `of at most ${maximum}`,
  ].filter((text) => text !== '');
  return texts.length === 0 ? '' : ` ${texts.join(' and ')}`;
}
