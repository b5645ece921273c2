import { z } from 'zod';
import { byteSize } from '../src/registry/byte-size.js';
import { createRegistry } from '../src/registry/registry.js';
import { defineTechnique, type NodeSelection } from '../src/technique.js';
import type { Transform } from '../src/transform.js';

/** A transform that reports what it was created with. */
function echo(name: string, options: object, nodes: NodeSelection): Transform {
  const metrics = { options: JSON.stringify(options), nodes: JSON.stringify(nodes) };
  return { name, exact: false, run: async () => ({ changed: [], skipped: [], metrics }) };
}

const shared = { summary: 'sample', reference: 'none', needsCalibration: false };

export const l1 = defineTechnique({
  ...shared,
  family: 'prune',
  name: 'l1',
  positional: 'ratio',
  options: z.strictObject({
    ratio: z.number().gt(0).lt(1).describe('Part of the channels to remove.'),
    round: z.int().positive().optional(),
    keepMacs: z.number().gt(0).lte(1).optional(),
    global: z.boolean().default(false),
  }),
  create: (options, nodes) => echo('prune l1', options, nodes),
});

const ln = defineTechnique({
  ...shared,
  family: 'prune',
  name: 'ln',
  positional: 'ratio',
  options: z
    .strictObject({
      ratio: z.number().gt(0).lt(1).optional(),
      keepMacs: z.number().gt(0).lte(1).optional(),
      p: z.union([z.number().positive(), z.literal('inf')]).default(2),
      round: z
        .int()
        .refine((value) => value % 2 === 0, 'must be even')
        .optional(),
    })
    .refine(({ ratio, keepMacs }) => (ratio === undefined) !== (keepMacs === undefined), 'give ratio or keep-macs'),
  create: (options, nodes) => echo('prune ln', options, nodes),
});

const mixed = defineTechnique({
  ...shared,
  family: 'quant',
  name: 'mixed',
  positional: 'types',
  options: z.strictObject({
    types: z
      .array(z.enum(['int4', 'int8', 'fp16']))
      .min(1)
      .default(['int8']),
    maxBytes: byteSize().optional(),
    note: z.string().optional(),
    mode: z.enum(['weights', 'static']).default('weights'),
  }),
  create: (options, nodes) => echo('quant mixed', options, nodes),
});

const tidy = defineTechnique({
  ...shared,
  family: 'cleanup',
  name: 'tidy',
  positional: undefined,
  options: z.strictObject({}),
  create: (options, nodes) => echo('tidy', options, nodes),
});

export const registry = createRegistry([l1, ln, mixed, tidy]);
