import { type JsonSchema, type Step, stepSchema, TARGETS, type Target, type UsageError } from '@onnx-compress/core';
import { RECOVER, type Recover } from '@onnx-compress/pruning';
import type { Preprocessing, PreprocessOptions } from '@onnx-compress/runtime';
import { z } from 'zod';
import type { Budgets } from '../budgets.js';
import { badRecipe } from '../messages.js';
import { registry } from '../techniques.js';
import { preprocessSchema } from './preprocess.js';

/** How much the result is run: not at all, on a few inputs, on many. */
export type VerifyLevel = 'off' | 'fast' | 'full';

/** Everything that decides the bytes of a result, resolved: nothing is left to a default. Replays as it stands. */
export interface Recipe {
  readonly schemaVersion: 1;
  /** In the order in which they run, cleanup included. */
  readonly steps: readonly Step[];
  /** `off` where no cleanup is added to the steps. */
  readonly cleanup: 'on' | 'off';
  readonly target: Target;
  readonly seed: number;
  readonly verify: VerifyLevel;
  /** Files and folders of sample inputs, or `random`. */
  readonly calibration: readonly string[];
  /** What becomes of pixels; present where the calibration is pictures. */
  readonly preprocess?: Preprocessing;
  /** Fixed values of inputs, by name: `{ "sr": "16000" }`. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Sizes of symbolic dimensions, by name. */
  readonly dims: Readonly<Record<string, number>>;
  readonly budgets: Budgets;
}

/** A recipe as somebody writes it: everything may be left out, and steps leave out what they take by default. */
export type RecipeDraft = { readonly [Key in Exclude<keyof Recipe, 'preprocess'>]?: Recipe[Key] | undefined } & {
  /** How steps that take from layers repair what they damaged, where they do not say so themselves; default auto. */
  readonly recover?: Recover | undefined;
  /**
   * How the pictures of `calibration` become values of the model's input: text as `--preprocess` takes it, such as
   * `imagenet` or `none,mean=127,std=128`, or its parts.
   */
  readonly preprocess?: string | PreprocessOptions | undefined;
};

const part = z.number().min(-1).max(1);

/** Limits as JSON holds them. */
export const budgetsSchema = z.strictObject({
  maxBytes: z.int().positive().optional().describe('Largest file in bytes, external data included.'),
  maxRatio: z.number().positive().optional().describe('Largest output bytes / input bytes.'),
  minCosine: part.optional().describe('Least cosine of any output with the original.'),
  minSnr: z.number().optional().describe('Least signal-to-noise ratio of any output, in dB.'),
  minAgreement: z.number().min(0).max(1).optional().describe('Least part of samples that keep their top class.'),
  minSpeedup: z.number().positive().optional().describe('Least time of the original / time of the result.'),
  minScore: z.number().optional().describe("Least value of the caller's own evaluation."),
  maxScoreDrop: z.number().optional().describe("Largest fall of the caller's own evaluation."),
});

/** All of a recipe but its steps, whose schema follows from the registry of techniques. */
const settingsSchema = z.strictObject({
  $schema: z.string().optional(),
  schemaVersion: z.literal(1).optional(),
  cleanup: z.enum(['on', 'off']).optional().describe('Adds tidy and fold around the steps; default on.'),
  target: z.enum(TARGETS).optional().describe('Machine that will run the result; default: the one at hand.'),
  recover: z
    .enum(RECOVER)
    .optional()
    .describe(
      'How steps that remove channels or rank repair the layers behind, where they leave it at auto; default auto.',
    ),
  seed: z.int().min(0).optional().describe('Seed of everything random; default 0.'),
  verify: z.enum(['off', 'fast', 'full']).optional().describe('How much the result is run; default full.'),
  calibration: z.array(z.string().min(1)).optional().describe('Files and folders of sample inputs, or "random".'),
  preprocess: preprocessSchema.optional().describe('How pictures become values of the input; needed with pictures.'),
  inputs: z.record(z.string(), z.string()).optional().describe('Fixed values of inputs, or files of them.'),
  dims: z.record(z.string(), z.int().positive()).optional().describe('Sizes of symbolic dimensions.'),
  budgets: budgetsSchema.optional().describe('Limits that fail the run.'),
});

/** The settings of a recipe, without its steps. */
export type RecipeSettings = Omit<RecipeDraft, 'steps'>;

function problemIn(where: string, error: z.ZodError): UsageError {
  const [issue] = error.issues;
  const place = issue?.path.join('.') ?? '';
  return badRecipe(where, `${place === '' ? '' : `${place}: `}${issue?.message ?? 'it is not an object'}`);
}

/** @throws UsageError naming the first key that is unknown or wrong */
export function checkSettings(value: unknown, where: string): RecipeSettings {
  const result = settingsSchema.safeParse(value);
  if (!result.success) throw problemIn(where, result.error);
  const { $schema, ...settings } = result.data;
  return settings;
}

/** The published JSON Schema (draft 2020-12) of a recipe file. */
export function recipeJsonSchema(): JsonSchema {
  const { $schema, ...settings } = z.toJSONSchema(settingsSchema, { io: 'input' });
  const steps: JsonSchema = {
    type: 'array',
    description: 'Run in this order. Cleanup is added around them unless one of them is a cleanup step.',
    items: stepSchema(registry),
  };
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Recipe of onnx-compress',
    ...settings,
    properties: { ...settings.properties, steps },
  };
}
