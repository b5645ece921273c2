// What is tried on every model: a criterion, a way of recovery, and what decides how much goes from which layer.

const variant = (criterion, recover, allocation) => ({
  name: [criterion, recover, ...(allocation === undefined ? [] : [allocation])].join(' '),
  criterion,
  recover,
  allocation,
});

/** The recipe by which the bars are judged: the same for all models. */
export const RECIPE = variant('obs', 'least-squares', 'measured');

/** For a budget of multiply-accumulates. `obs auto` says nothing but the budget. */
export const BUDGET_VARIANTS = [
  RECIPE,
  variant('obs', 'off', 'scores'),
  variant('obs', 'mean', 'scores'),
  variant('obs', 'least-squares', 'scores'),
  variant('obs', 'off', 'measured'),
  variant('obs', 'auto', undefined),
  variant('l1', 'off', 'scores'),
  variant('l1', 'mean', 'scores'),
  variant('l1', 'least-squares', 'scores'),
  variant('l1', 'least-squares', 'measured'),
];

/** The recipe where every layer loses the same part. */
export const RATIO_RECIPE = variant('obs', 'least-squares');

/** For the same part of every layer. */
export const RATIO_VARIANTS = ['obs', 'l1', 'random'].flatMap((criterion) =>
  ['least-squares', 'mean', 'off'].map((recover) => variant(criterion, recover)),
);

/** Options of the step. Without recovery, what is removed counts as zero for the layers behind it. */
export function stepOptions({ recover, allocation }, amount) {
  return {
    ...amount,
    recover,
    ...(recover === 'off' && { constants: 'zero' }),
    ...(allocation !== undefined && { allocation }),
  };
}
