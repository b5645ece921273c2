import { z } from 'zod';
import type { RankRule } from './ranks/rank-rule.js';

const part = () => z.number().gt(0).lt(1);

/** What says how far layers are factored: exactly one of them. */
const rules = {
  ratio: part().optional().describe('part of the parameters of the factored layers to remove: 1 less keep-params'),
  keepParams: part().optional().describe('part of the parameters that stays, over all layers that can be factored'),
  keepMacs: part()
    .optional()
    .describe('part of the multiply-accumulates that stays, over all layers that can be factored'),
  energy: z
    .number()
    .gt(0)
    .max(1)
    .optional()
    .describe('part of the energy that each layer keeps: of the squares of its weights or, with samples, its outputs'),
  rank: z.int().min(1).optional().describe('the same rank for all layers that it makes at least 10 % cheaper'),
  auto: z
    .boolean()
    .default(false)
    .describe('as few multiply-accumulates as possible while the outputs keep min-cosine on the samples'),
};

/** The cosine that `auto` keeps where nothing is said. */
const MIN_COSINE = 0.99;

/** Options of methods that factor convolutions, without the rules that hold between them. */
const fields = {
  ...rules,
  minCosine: z
    .number()
    .gt(0)
    .max(1)
    .optional()
    .describe(`least cosine between the outputs before and after on the samples, for auto; default ${MIN_COSINE}`),
  metric: z
    .enum(['auto', 'weights', 'data'])
    .default('auto')
    .describe('what errors are measured in: weights, or outputs of the layers on samples; auto: samples, if any'),
  recover: z
    .enum(['auto', 'off', 'mean', 'least-squares'])
    .default('auto')
    .describe('how factored layers and those behind are repaired; auto: least squares on the calibration samples'),
  round: z
    .union([z.literal('auto'), z.int().min(1)])
    .default('auto')
    .describe(
      'ranks are a multiple of this; auto: 16 where a rank of 64 is cheaper than the layer, 8 from 32, 4 from 16, else 1',
    ),
};

const embeddings = z
  .boolean()
  .default(false)
  .describe('also factor tables that Gather reads, which makes the file smaller but not faster');

const convolutionFields = z.strictObject(fields);

/** How layers are factored, whatever the method. */
export type LowRankOptions = z.infer<typeof convolutionFields>;

function rulesGiven({ ratio, keepParams, keepMacs, energy, rank, auto }: LowRankOptions): number {
  return [ratio, keepParams, keepMacs, energy, rank, auto || undefined].filter((rule) => rule !== undefined).length;
}

const hasRule = {
  test: (options: LowRankOptions): boolean => rulesGiven(options) > 0,
  message:
    'needs a ratio above 0 and below 1 (svd:0.5), or another rule for the ranks: energy, keep-params, keep-macs, rank, auto.',
};

const onlyOneRule = {
  test: (options: LowRankOptions): boolean => rulesGiven(options) <= 1,
  message: 'takes only one rule for the ranks: ratio, energy, keep-params, keep-macs, rank or auto.',
};

const cosineForAuto = {
  test: ({ minCosine, auto }: LowRankOptions): boolean => minCosine === undefined || auto,
  message: 'takes min-cosine only together with auto.',
};

/** Options of methods that factor convolutions. */
export const convolutionOptions = convolutionFields
  .refine(hasRule.test, hasRule.message)
  .refine(onlyOneRule.test, onlyOneRule.message)
  .refine(cosineForAuto.test, cosineForAuto.message);

/** Options of the method that also factors matrix products and tables. */
export const lowRankOptions = z
  .strictObject({ ...fields, embeddings })
  .refine(hasRule.test, hasRule.message)
  .refine(onlyOneRule.test, onlyOneRule.message)
  .refine(cosineForAuto.test, cosineForAuto.message);

/** The rule that checked options set. */
export function ruleOf({ ratio, keepParams, keepMacs, energy, rank, minCosine }: LowRankOptions): RankRule {
  if (rank !== undefined) return { kind: 'rank', rank };
  if (energy !== undefined) return { kind: 'energy', energy };
  if (keepMacs !== undefined) return { kind: 'part', amount: 'macs', part: keepMacs };
  if (keepParams !== undefined) return { kind: 'part', amount: 'parameters', part: keepParams };
  if (ratio !== undefined) return { kind: 'part', amount: 'parameters', part: 1 - ratio };
  return { kind: 'auto', minCosine: minCosine ?? MIN_COSINE };
}
