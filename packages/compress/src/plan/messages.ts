import { UsageError } from '@onnx-compress/core';

/** A plan file that cannot be read. */
export function planNotFound(path: string): UsageError {
  return new UsageError('PLAN_NOT_FOUND', `There is no plan ${path}`, { hint: 'Check the path.' });
}

/** A plan file that is no JSON or does not follow the schema. */
export function badPlan(path: string, problem: string): UsageError {
  return new UsageError('PLAN_INVALID', `${path} is not a plan: ${problem}`, {
    hint: 'Write one with --plan FILE; see plan.schema.json of the package onnx-compress.',
  });
}

/** A plan that was made for another model. */
export function planForOtherModel(planned: string, actual: string): UsageError {
  const short = (hash: string) => hash.slice(0, 12);
  return new UsageError(
    'PLAN_FOR_OTHER_MODEL',
    `The plan was made for another model: SHA-256 ${short(planned)}..., and this one has ${short(actual)}...`,
    { hint: 'Apply it to the original that it was made for, or give --force where the models are alike.' },
  );
}

/** Steps whose removals do not fit into one plan. */
export function mixedChoices(first: string, second: string): UsageError {
  return new UsageError(
    'PLAN_MIXED',
    `One plan cannot hold what ${first} and ${second} removed: their options attention or statistics differ`,
    { hint: 'Give both the same ones, or run and plan them one after the other.' },
  );
}
