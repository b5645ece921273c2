import { defineTechnique } from '@onnx-compress/core';
import { z } from 'zod';
import { recoverOption } from '../criteria/recover.js';

const removal = z.strictObject({
  node: z.string().describe('the layer that computes the channels'),
  tensor: z.string().describe('its weight'),
  axis: z.int().min(0).describe('the axis of the weight along which the channels lie'),
  size: z.int().min(1).describe('length of the axis in the model that the plan is for'),
  channels: z.array(z.int().min(0)).min(1).describe('positions on the axis that go'),
});

const constants = removal
  .extend({
    node: z.string().describe('the layer that reads the channels'),
    channels: z.array(z.int().min(0)).min(1).describe('positions on the axis that go with them'),
    values: z
      .array(z.number())
      .min(1)
      .describe('what each of them was taken to hold, group after group; times the weight it is added to the bias'),
  })
  .refine(({ channels, values }) => values.length % channels.length === 0, 'needs one value for each channel');

/** Which channels go, in terms of the model that the plan was made for. */
export const removalPlan = z.strictObject({
  schemaVersion: z.literal(1),
  input: z
    .strictObject({ sha256: z.string().describe('SHA-256 of its .onnx file') })
    .optional()
    .describe('the model that the plan is for; any model that fits where it is left out'),
  attention: z.enum(['auto', 'heads', 'head-dims']).default('auto').describe('what went from attention'),
  statistics: z.enum(['keep', 'change']).default('keep').describe('whether channels that statistics run over went'),
  recover: recoverOption,
  removals: z.array(removal).describe('one entry for each group of layers whose channels go together'),
  constants: z.array(constants).default([]).describe('what the removed channels held; zero where nothing is listed'),
});

/** A plan as a recipe step holds it. */
export type PlannedRemovals = z.infer<typeof removalPlan>;

/**
 * Removes the channels that a plan lists, as an earlier run wrote it with `--plan`, and everything that depends on them.
 *
 * @example
 * const removals = [{ node: 'conv1', tensor: 'conv1.weight', axis: 0, size: 16, channels: [3, 7] }];
 * plan.create({ plan: removalPlan.parse({ schemaVersion: 1, removals }) }, { include: [], skip: [] });
 */
export const plan = defineTechnique({
  family: 'prune',
  name: 'plan',
  summary: 'Removes the channels that a plan lists (--plan-from FILE), so that a run can be repeated without its data',
  reference: 'the plan that an earlier run wrote with --plan FILE',
  positional: undefined,
  options: z.strictObject({ plan: removalPlan.describe('the content of a plan file'), recover: recoverOption }),
  needsCalibration: false,
  create: ({ plan: planned, recover }, nodes) => ({
    name: 'prune plan',
    exact: false,
    async run(model, context) {
      const { replayPlan } = await import('./replay-plan.js');
      const { withOpenFunctions } = await import('../surgery/open-functions.js');
      return withOpenFunctions(model, nodes, context, (open, selected) =>
        replayPlan(open, planned, recover === 'auto' ? planned.recover : recover, selected, context),
      );
    },
  }),
});
