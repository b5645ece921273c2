import { byteSize } from '@onnx-compress/core';
import { z } from 'zod';
import { latencyCosts } from './latency-costs.js';
import { recoverOption } from './recover.js';

const part = () => z.number().gt(0).lt(1);

/** Budgets: what must remain of the model. Several of them are all met. */
const budgets = {
  keepMacs: part().optional().describe('part of the multiply-accumulates that stays; instead of a ratio'),
  keepParams: part().optional().describe('part of the parameters that stays; instead of a ratio'),
  keepLatency: part().optional().describe('part of the measured time that stays; instead of a ratio'),
  maxBytes: byteSize().optional().describe('size of the file after this step; instead of a ratio'),
};

/** The options that every structured criterion takes, without the rules that hold between them. */
export const structuredFields = z.strictObject({
  ratio: part().optional().describe('part of the channels to remove'),
  ...budgets,
  scope: z
    .enum(['auto', 'layer', 'global', 'isomorphic'])
    .default('auto')
    .describe(
      'what is ranked together: each layer alone, all, or those of one structure; auto: layer, all for a budget',
    ),
  round: z
    .union([z.literal('auto'), z.int().min(1)])
    .default('auto')
    .describe('kept channels are a multiple of this; auto: 16 from 64 channels on, 8 from 32, 4 from 16, else 1'),
  attention: z
    .enum(['auto', 'heads', 'head-dims'])
    .default('auto')
    .describe('what goes from attention: whole heads, channels of every head, or these where the model allows it'),
  statistics: z
    .enum(['keep', 'change'])
    .default('keep')
    .describe('keep: channels that LayerNormalization and its kin average over stay; change: they go, approximately'),
  constants: z
    .enum(['mean', 'bias', 'zero'])
    .default('mean')
    .describe(
      'what a removed channel is taken to hold for the layers behind: its mean on the calibration data or by its BatchNormalization, its bias alone, or zero',
    ),
  minKeep: z.number().min(0).max(1).default(0.2).describe('part of the channels that stays in every layer'),
  steps: z.int().min(1).default(1).describe('rounds in which the channels go, with new scores before each'),
  recover: recoverOption,
  allocation: z
    .enum(['auto', 'scores', 'measured'])
    .default('auto')
    .describe(
      'what decides how much of a budget each layer gives: its scores, or the damage to the outputs, measured on calibration samples; auto: measured with 8 samples or more',
    ),
  costs: latencyCosts
    .optional()
    .describe('times that keep-latency counts with; default: measured, and stored in the recipe of the report'),
});

/** How much to remove, and where from. */
export type StructuredOptions = z.infer<typeof structuredFields>;

/** What is ranked together, as `auto` is understood. */
export type Scope = Exclude<StructuredOptions['scope'], 'auto'>;

export function scopeOf({ scope, ratio }: StructuredOptions): Scope {
  if (scope !== 'auto') return scope;
  return ratio === undefined ? 'global' : 'layer';
}

/** What a budget limits. */
export type BudgetName = keyof typeof budgets;

/** The budgets that are set. */
export function budgetsOf(options: StructuredOptions): ReadonlyMap<BudgetName, number> {
  const { keepMacs, keepParams, keepLatency, maxBytes } = options;
  const given = new Map<BudgetName, number | undefined>([
    ['keepMacs', keepMacs],
    ['keepParams', keepParams],
    ['keepLatency', keepLatency],
    ['maxBytes', maxBytes],
  ]);
  return new Map([...given].flatMap(([name, limit]) => (limit === undefined ? [] : [[name, limit] as const])));
}

/** True where the options say how much to remove. */
export const hasAmount = (options: StructuredOptions): boolean =>
  options.ratio !== undefined || budgetsOf(options).size > 0;

/** A ratio excludes budgets. */
export const onlyOneAmount = {
  test: (options: StructuredOptions): boolean => options.ratio === undefined || budgetsOf(options).size === 0,
  message: 'takes a ratio or budgets, not both: the ratio says what goes, a budget what stays.',
};

/** Whether the damage of groups may be measured: where it matters, and is asked for or not ruled out. */
export const measuresAllocation = (options: StructuredOptions): boolean =>
  options.allocation !== 'scores' && budgetsOf(options).size > 0 && scopeOf(options) === 'global';

/** Measured damage is for budgets that all layers meet together. */
export const measuredForBudget = {
  test: (options: StructuredOptions): boolean => options.allocation !== 'measured' || measuresAllocation(options),
  message: 'takes allocation=measured only with a budget and without another scope than global.',
};

/** Measured costs are for a latency budget. */
export const costsForLatency = {
  test: ({ costs, keepLatency }: StructuredOptions): boolean => costs === undefined || keepLatency !== undefined,
  message: 'takes costs only together with keep-latency.',
};

/** Options that every structured criterion takes. */
export const structuredOptions = structuredFields
  .refine(hasAmount, {
    message:
      'needs a ratio above 0 and below 1 (l1:0.4), or a budget: keep-macs, keep-params, keep-latency, max-bytes.',
  })
  .refine(onlyOneAmount.test, onlyOneAmount.message)
  .refine(costsForLatency.test, costsForLatency.message)
  .refine(measuredForBudget.test, measuredForBudget.message);
