import type { z } from 'zod';

/** A JSON Schema (draft 2020-12) as plain data. */
export type JsonSchema = z.core.JSONSchema.BaseSchema;

/** True for an option declared with `byteSize()`. */
export function isByteSize(schema: JsonSchema): boolean {
  return schema.$comment === 'bytes';
}

/** The schema of a list's items; of items without one, any text. */
export function itemSchema(schema: JsonSchema): JsonSchema {
  const { items } = schema;
  return typeof items === 'object' && !Array.isArray(items) ? items : {};
}
