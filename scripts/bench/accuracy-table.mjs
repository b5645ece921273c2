// The accuracy table as Markdown.
import { table } from '../docs/markdown.mjs';
import { amountName } from './accuracy-subjects.mjs';

const HEAD = [
  ...['amount', 'criterion', 'recovery', 'allocation', 'MACs kept', 'top-1', 'drop, mean (least to largest)'],
  ...['standard error', 'same answer', 'seconds', 'draws'],
];

const percent = (value) => `${value.toFixed(1)} %`;
const points = (value) => value.toFixed(value > -10 && value < 10 ? 2 : 1).replace(/^-(0\.?0*)$/, '$1');

function cells({ amount, variant, figures }) {
  const { draws, keptMacs, accuracy, drop, standardError, agreement, seconds } = figures;
  return [
    ...[
      amountName(amount),
      `\`${variant.criterion}\``,
      variant.recover,
      variant.allocation ?? (variant.recover === 'auto' ? 'auto' : ''),
    ],
    ...[percent(100 * keptMacs.mean), percent(accuracy.mean)],
    draws === 1 ? points(drop.mean) : `${points(drop.mean)} (${points(drop.low)} to ${points(drop.high)})`,
    ...[points(standardError.mean), percent(agreement.mean)],
    ...[seconds.mean.toFixed(seconds.mean < 10 ? 1 : 0), String(draws)],
  ];
}

const order = ({ amounts, variants }) => {
  const place = ({ criterion }) => [...new Set(variants.map((one) => one.criterion))].indexOf(criterion);
  const repaired = ({ recover }) => ['off', 'mean', 'least-squares', 'auto'].indexOf(recover);
  const allocated = ({ allocation }) => ['scores', 'measured', undefined].indexOf(allocation);
  return (left, right) =>
    amounts.indexOf(left.amount) - amounts.indexOf(right.amount) ||
    place(left.variant) - place(right.variant) ||
    repaired(left.variant) - repaired(right.variant) ||
    allocated(left.variant) - allocated(right.variant);
};

/** One model: what was done, and a line for each amount and variant. */
function modelSection(subject, entries, dense) {
  const head = `Uncompressed ${percent(dense)}. ${subject.protocol[0].toUpperCase()}${subject.protocol.slice(1)}.`;
  return [`### ${subject.name}`, head, table(HEAD, [...entries].sort(order(subject)).map(cells))];
}

const verdict = ({ met }) => (met === undefined ? '' : met ? 'met' : '**missed**');

/** Blocks of Markdown: verdicts, then a table for each model that has entries. */
export function accuracyBlocks(subjects, entries, verdicts, denseOf) {
  const bars = verdicts.map((one) => [one.model, one.amount, one.kind, one.bar, one.measured, verdict(one)]);
  return [
    '## Bars',
    table(['model', 'amount', 'kind', 'bar', 'measured', ''], bars),
    '## Tables',
    ...subjects.flatMap((subject) => {
      const own = entries.filter((entry) => entry.subject === subject);
      return own.length === 0 ? [] : modelSection(subject, own, denseOf(subject));
    }),
  ];
}
