import { readFile } from 'node:fs/promises';
import { checkStep, type Step } from '@onnx-compress/core';
import { removalPlan } from '@onnx-compress/pruning';
import { registry } from '../techniques.js';
import { badPlan, planNotFound } from './messages.js';
import type { RemovalPlan } from './removal-plan.js';

function parsed(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw badPlan(path, error instanceof Error ? error.message : String(error));
  }
}

/**
 * Reads a plan that `--plan FILE` wrote.
 *
 * @throws UsageError when it is missing, is no JSON, or does not follow the schema
 */
export async function readPlan(path: string): Promise<RemovalPlan> {
  const text = await readFile(path, 'utf8').catch(() => {
    throw planNotFound(path);
  });
  const { data, error } = removalPlan.safeParse(parsed(text, path));
  if (data?.input !== undefined) return { ...data, input: data.input };
  const [issue] = error?.issues ?? [];
  throw badPlan(path, issue === undefined ? 'input is missing' : `${issue.path.join('.')}: ${issue.message}`);
}

/** How a plan is applied. */
export interface PlanStepOptions {
  /** Applies it to any model that it fits, not only to the one that it was made for; default false. */
  readonly anyModel?: boolean | undefined;
}

/**
 * A plan as a pruning step: plain data, which a recipe can hold.
 *
 * @throws UsageError for a plan that does not follow the schema
 * @example const steps = [planStep(await readPlan('plan.json')), quantize('int8-per-channel')];
 */
export function planStep({ input, ...plan }: RemovalPlan, { anyModel = false }: PlanStepOptions = {}): Step {
  const options = { plan: anyModel ? plan : { ...plan, input } };
  return checkStep(registry, { family: 'prune', technique: 'plan', options }, 'plan');
}
