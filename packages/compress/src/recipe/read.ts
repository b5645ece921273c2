import { readFile } from 'node:fs/promises';
import { checkStep } from '@onnx-compress/core';
import { badRecipe, recipeNotFound } from '../messages.js';
import { registry } from '../techniques.js';
import { checkSettings, type RecipeDraft } from './schema.js';

function parsed(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw badRecipe(where, error instanceof Error ? error.message : String(error));
  }
}

/**
 * Checks a recipe that was parsed from JSON.
 *
 * @param where what messages call it
 * @throws UsageError naming the first key that is unknown or wrong
 */
export function checkRecipe(value: unknown, where: string): RecipeDraft {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw badRecipe(where, 'it is not an object');
  const { steps, ...rest }: { steps?: unknown } = value;
  const settings = checkSettings(rest, where);
  if (steps === undefined) return settings;
  if (!Array.isArray(steps)) throw badRecipe(where, 'steps: it is not a list');
  return { ...settings, steps: steps.map((step, index) => checkStep(registry, step, `steps[${index}]`)) };
}

/**
 * Reads a recipe file.
 *
 * @throws UsageError when it is missing, is no JSON, or does not follow the schema
 */
export async function readRecipe(path: string): Promise<RecipeDraft> {
  const text = await readFile(path, 'utf8').catch(() => {
    throw recipeNotFound(path);
  });
  return checkRecipe(parsed(text, path), path);
}
