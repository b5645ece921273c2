import { checkStep, formatStep, type Step, type TechniqueFamily } from '@onnx-compress/core';
import { secondGlobalQuantization } from '../messages.js';
import { registry } from '../techniques.js';

/** Families in the order in which steps from flags run. */
const FLAG_ORDER: readonly TechniqueFamily[] = ['prune', 'low-rank', 'quant'];

/** Families that want BatchNormalization folded before they run. */
const AFTER_FOLD: ReadonlySet<TechniqueFamily> = new Set(['low-rank', 'quant']);

const cleanupStep = (technique: string) => checkStep(registry, { family: 'cleanup', technique }, technique);

/**
 * Steps of a recipe with those of flags: the flags of a family replace the steps which the recipe has of it, at the
 * place of the first one. A family that the recipe lacks goes where the fixed order has it.
 */
export function mergeSteps(
  recipe: readonly Step[],
  flags: ReadonlyMap<TechniqueFamily, readonly Step[]>,
): readonly Step[] {
  let merged = [...recipe];
  for (const family of FLAG_ORDER) {
    const steps = flags.get(family) ?? [];
    if (steps.length === 0) continue;
    const first = merged.findIndex((step) => step.family === family);
    const later = FLAG_ORDER.slice(FLAG_ORDER.indexOf(family) + 1);
    const next = merged.findIndex((step) => later.includes(step.family));
    const position = first >= 0 ? first : next >= 0 ? next : merged.length;
    const before = merged.slice(0, position);
    merged = [...before, ...steps, ...merged.slice(position).filter((step) => step.family !== family)];
  }
  return merged;
}

/**
 * Adds cleanup in the fixed order: tidy, steps, fold before the first step that works on folded weights, tidy.
 * Steps that name a cleanup step themselves are left as they are.
 */
export function addCleanup(steps: readonly Step[], cleanup: 'on' | 'off'): readonly Step[] {
  if (cleanup === 'off' || steps.some((step) => step.family === 'cleanup')) return steps;
  const first = steps.findIndex((step) => AFTER_FOLD.has(step.family));
  const position = first < 0 ? steps.length : first;
  const tidy = cleanupStep('tidy');
  return [tidy, ...steps.slice(0, position), cleanupStep('fold'), ...steps.slice(position), tidy];
}

/**
 * Lets a later quantization step with globs override an earlier one for those nodes, by adding its globs to what the
 * earlier one skips.
 *
 * @throws UsageError for a later step without globs, which would override everything
 */
export function overrideQuantization(steps: readonly Step[]): readonly Step[] {
  const quantization = steps.filter(({ family }) => family === 'quant');
  for (const step of quantization.slice(1)) {
    if (step.include.length === 0) throw secondGlobalQuantization(formatStep(registry, step));
  }
  return steps.map((step) => {
    const later = step.family === 'quant' ? quantization.slice(quantization.indexOf(step) + 1) : [];
    const overridden = later.flatMap(({ include }) => include).filter((glob) => !step.skip.includes(glob));
    return overridden.length === 0 ? step : { ...step, skip: [...step.skip, ...overridden] };
  });
}
