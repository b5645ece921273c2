import type { Report, StepRecord } from '../report/report.js';
import { alignColumns } from './columns.js';
import { formatCount } from './quantities.js';
import { stepTitle } from './step-text.js';

const change = (before: number, after: number) => `${formatCount(before)} -> ${formatCount(after)}`;

function stepLines(step: StepRecord): readonly string[] {
  const { removals = [] } = step;
  if (removals.length === 0) return [];
  const rows = removals.map(({ node, size, channels }) => [`    ${node}`, change(size, size - channels.length)]);
  const before = removals.reduce((sum, { size }) => sum + size, 0);
  const gone = removals.reduce((sum, { channels }) => sum + channels.length, 0);
  const total = [`    total of ${formatCount(removals.length)}`, change(before, before - gone)];
  return [
    '',
    `  ${stepTitle(step)}: channels of each group, named after its first layer`,
    ...alignColumns([...rows, total]),
  ];
}

/** Which channels went: a line for each group of layers, and the total. Pure. */
export function removalLines({ steps }: Pick<Report, 'steps'>): readonly string[] {
  return steps.flatMap(stepLines);
}
