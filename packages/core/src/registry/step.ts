import type { TechniqueFamily } from '../technique.js';
import type { JsonValue, Transform } from '../transform.js';
import { checkOptions } from './check-options.js';
import type { Registry } from './registry.js';

/**
 * One step of a recipe as plain data: which technique, its complete options, and the nodes it may touch. It can be
 * stored, compared and sent elsewhere; `createTransform` makes it runnable.
 */
export interface Step {
  readonly family: TechniqueFamily;
  readonly technique: string;
  readonly options: { readonly [key: string]: JsonValue };
  /** Globs of nodes to work on; empty means all. */
  readonly include: readonly string[];
  /** Globs of nodes to leave alone. */
  readonly skip: readonly string[];
}

/**
 * Makes a step runnable.
 *
 * @throws UsageError when the registry lacks the technique or its options are not valid
 */
export function createTransform(registry: Registry, step: Step): Transform {
  const technique = registry.find(step.family, step.technique);
  const options = checkOptions(technique, step.options, `${step.family} ${step.technique}`, 'key');
  return technique.create(options, { include: step.include, skip: step.skip });
}
