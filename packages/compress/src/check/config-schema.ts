import { type JsonSchema, nearestName, parseByteSize } from '@onnx-compress/core';
import { z } from 'zod';
import { budgetsSchema, recipeJsonSchema } from '../recipe/schema.js';
import { badConfig } from './messages.js';

const file = z.string().min(1);
const inlineRecipe = z.looseObject({});
const spec = z.string().min(1);
const specs = z.union([spec, z.array(spec)], { error: 'it is neither a spec nor a list of specs' }).optional();

/** Bytes as a number, or as the command line writes them. */
const bytes = z
  .union([z.number(), z.string()], { error: 'it is neither a number of bytes nor a text such as "4MB"' })
  .transform((value, context) => {
    const size = typeof value === 'number' ? value : parseByteSize(value);
    if (Number.isSafeInteger(size) && size !== undefined && size > 0) return size;
    context.addIssue({ code: 'custom', message: `"${value}" is no size such as 4MB or 512KiB` });
    return z.NEVER;
  });

/** The limits of a recipe, without those on a figure that only a program can measure. */
const budgets = budgetsSchema.omit({ minScore: true, maxScoreDrop: true }).extend({
  maxBytes: bytes.optional().describe('Largest file, external data included: bytes, or a text such as "4MB".'),
});

const entry = z.strictObject({
  name: z.string().min(1).optional().describe('Name in messages and in the baseline; default: the path of the output.'),
  input: file.optional().describe('The model to compress.'),
  output: file.optional().describe('Where the result goes; default: <name>.compressed.onnx beside the input.'),
  file: file.optional().describe('A finished model whose size is guarded, instead of input and output.'),
  recipe: z
    .union([file, inlineRecipe], { error: 'it is neither a file nor a recipe' })
    .optional()
    .describe('Steps and settings: a recipe file, or the recipe itself.'),
  prune: specs.describe('Specs of the command line, such as "l1:0.4"; they replace the prune steps of the recipe.'),
  lowRank: specs.describe('Specs of the command line, such as "svd:energy=0.95"; they replace those of the recipe.'),
  quant: specs.describe('Specs of the command line, such as "int8-per-channel"; they replace those of the recipe.'),
  threads: z.int().positive().optional().describe('Threads of onnxruntime; default: one per core.'),
  budgets: budgets.optional().describe('Limits that fail the check; they go before those of the recipe.'),
});

const tolerance = z.strictObject({
  bytes: z.number().min(0).optional().describe('Part by which the file may grow; default 0.01.'),
  cosine: z.number().min(0).optional().describe('How much the cosine may fall; default 0.001.'),
  agreement: z.number().min(0).optional().describe('How much the agreement may fall; default 0.01.'),
});

const configSchema = z.strictObject({
  $schema: z.string().optional(),
  models: z.array(entry).min(1, 'it lists no model').describe('The models of the project.'),
  baseline: file.optional().describe('File of the stored figures; default: compress.baseline.json.'),
  tolerance: tolerance.optional().describe('How much worse than the baseline a figure may get.'),
});

/** A config as it is written, with sizes as numbers. */
export type ConfigDraft = z.output<typeof configSchema>;

/** One entry of a config. */
export type EntryDraft = ConfigDraft['models'][number];

const KEYS: Readonly<Record<string, readonly string[]>> = {
  models: Object.keys(entry.shape),
  budgets: Object.keys(budgets.shape),
  tolerance: Object.keys(tolerance.shape),
};

/** `models[0].budgets.maxBytes`. */
function place(parts: readonly PropertyKey[]): string {
  return parts.reduce<string>(
    (text, part) => (typeof part === 'number' ? `${text}[${part}]` : `${text}${text === '' ? '' : '.'}${String(part)}`),
    '',
  );
}

function knownKeys(parts: readonly PropertyKey[]): readonly string[] {
  const key = parts.filter((part) => typeof part === 'string').at(-1);
  return (key === undefined ? undefined : KEYS[key]) ?? Object.keys(configSchema.shape);
}

function unknownKey(where: string, parts: readonly PropertyKey[], key: string) {
  const known = knownKeys(parts);
  const nearest = nearestName(key, known);
  const hint = nearest === undefined ? `Keys here are ${known.join(', ')}.` : `Did you mean ${nearest}?`;
  return badConfig(where, `${place([...parts, key])} is not a key of the config`, hint);
}

/**
 * Checks the shape of a config that was parsed from JSON.
 *
 * @param where what messages call it
 * @throws UsageError naming the place, and the nearest key for an unknown one
 */
export function checkConfig(value: unknown, where: string): ConfigDraft {
  const result = configSchema.safeParse(value);
  if (result.success) return result.data;
  const { issues } = result.error;
  const mistyped = issues.find((issue) => issue.code === 'unrecognized_keys');
  if (mistyped !== undefined) throw unknownKey(where, mistyped.path, mistyped.keys[0] ?? '');
  const [{ path, message } = { path: [], message: 'it is not an object' }] = issues;
  throw badConfig(where, `${place(path) || 'the config'}: ${message}`);
}

/** The published JSON Schema (draft 2020-12) of a config file. */
export function configJsonSchema(): JsonSchema {
  const { $schema: _dialect, ...schema } = z.toJSONSchema(configSchema, {
    io: 'input',
    override: ({ zodSchema, jsonSchema }) => {
      if (zodSchema === inlineRecipe)
        Object.assign(jsonSchema, { $ref: '#/$defs/recipe', additionalProperties: undefined });
      if (zodSchema === entry) Object.assign(jsonSchema, { oneOf: [{ required: ['input'] }, { required: ['file'] }] });
    },
  });
  const { $schema: _same, title: _title, ...recipe } = recipeJsonSchema();
  const plain: JsonSchema = JSON.parse(JSON.stringify(schema));
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Config of onnx-compress',
    ...plain,
    $defs: { recipe },
  };
}
