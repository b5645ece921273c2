import { z } from 'zod';
import { malformedStep } from '../messages.js';
import type { TechniqueFamily } from '../technique.js';
import { checkOptions } from './check-options.js';
import { optionsSchema } from './describe-options.js';
import type { JsonSchema } from './json-schema.js';
import type { Registry } from './registry.js';
import type { Step } from './step.js';

const FAMILIES = ['prune', 'quant', 'low-rank', 'cleanup'] as const satisfies readonly TechniqueFamily[];

const globs = z.array(z.string().min(1)).default([]);
const stepShape = z.strictObject({
  family: z.enum(FAMILIES),
  technique: z.string(),
  options: z.record(z.string(), z.unknown()).default({}),
  include: globs,
  skip: globs,
});

/**
 * Checks a step that comes from a recipe file or a library caller, and fills in what it leaves out: `options`,
 * `include`, `skip` and the technique's defaults.
 *
 * @param where what messages begin with: `steps[1]`
 * @throws UsageError naming the place, the option and what it may be
 */
export function checkStep(registry: Registry, value: unknown, where: string): Step {
  const result = stepShape.safeParse(value);
  if (!result.success) {
    const [issue] = result.error.issues;
    throw malformedStep(where, issue?.path.join('.') ?? '', issue?.message ?? 'it is not an object');
  }
  const step = result.data;
  const technique = registry.find(step.family, step.technique);
  return { ...step, options: checkOptions(technique, step.options, where, 'key') };
}

/**
 * The JSON Schema of a recipe step: one alternative per technique, each with its own options. A technique whose
 * options all have defaults needs no `options`.
 */
export function stepSchema(registry: Registry): JsonSchema {
  return {
    oneOf: registry.list().map((technique) => {
      const options = optionsSchema(technique);
      const globList: JsonSchema = { type: 'array', items: { type: 'string', minLength: 1 } };
      return {
        type: 'object',
        description: technique.summary,
        properties: {
          family: { const: technique.family },
          technique: { const: technique.name },
          options,
          include: { ...globList, description: 'Globs of nodes to work on; empty means all.' },
          skip: { ...globList, description: 'Globs of nodes to leave alone.' },
        },
        required: ['family', 'technique', ...(options.required?.length ? ['options'] : [])],
        additionalProperties: false,
      };
    }),
  };
}
