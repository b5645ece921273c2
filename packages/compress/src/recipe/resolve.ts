import type { Target } from '@onnx-compress/core';
import { resolvePreprocessing } from '@onnx-compress/runtime';
import { budgetsInSteps } from './budgets-in-steps.js';
import { addCleanup, overrideQuantization } from './order.js';
import { recoverInSteps } from './recover.js';
import type { Recipe, RecipeDraft } from './schema.js';

/**
 * Fills in what a draft leaves out: the cleanup steps, the target, the seed. Resolving a resolved recipe changes
 * nothing.
 *
 * @param machine the target that this machine is
 * @throws UsageError where its steps do not fit together
 */
export function resolveRecipe(draft: RecipeDraft, machine: Target): Recipe {
  const { steps = [], recover = 'auto', cleanup = 'on', budgets = {} } = draft;
  return {
    schemaVersion: 1,
    steps: addCleanup(overrideQuantization(budgetsInSteps(recoverInSteps(steps, recover), budgets)), cleanup),
    cleanup,
    target: draft.target ?? machine,
    seed: draft.seed ?? 0,
    verify: draft.verify ?? 'full',
    calibration: draft.calibration ?? [],
    ...(draft.preprocess === undefined ? {} : { preprocess: resolvePreprocessing(draft.preprocess) }),
    inputs: draft.inputs ?? {},
    dims: draft.dims ?? {},
    budgets: Object.fromEntries(Object.entries(budgets).filter(([, limit]) => limit !== undefined)),
  };
}
