import { alignColumns } from '../render/columns.js';
import { formatBytes, formatLargeCount, formatPercentChange } from '../render/quantities.js';
import type { ModelDiff } from './diff-models.js';
import type { NodeDifference } from './nodes.js';
import type { WeightChange, WeightDifference, WeightShape } from './weights.js';

const shapeText = ({ dataType, dims }: WeightShape) => `${dataType}[${dims.join(', ')}]`;

function weightChange({ name, before, after }: WeightChange): readonly string[] {
  const [from, to] = [shapeText(before), shapeText(after)];
  return ['  ~ weight', name, from === to ? `${from}, other values` : `${from} -> ${to}`];
}

const nodeRows = ({ added, removed, changed }: NodeDifference) => [
  ...removed.map(({ node, opType }) => ['  - node', node, opType]),
  ...added.map(({ node, opType }) => ['  + node', node, opType]),
  ...changed.map(({ node, differs }) => ['  ~ node', node, differs.join(', ')]),
];

const weightRows = ({ added, removed, changed }: WeightDifference) => [
  ...removed.map((weight) => ['  - weight', weight.name, shapeText(weight)]),
  ...added.map((weight) => ['  + weight', weight.name, shapeText(weight)]),
  ...changed.map(weightChange),
];

const counts = (what: string, { added, removed, changed }: NodeDifference | WeightDifference) =>
  `${what}: ${added.length} added, ${removed.length} removed, ${changed.length} changed`;

/** How many rows are shown without `verbose`. */
const SHORT = 20;

/**
 * The difference for a person: sizes, then counts, then the nodes and weights that differ.
 * Pure; ends with a line break.
 *
 * @param verbose shows all of them, not only the first ones
 */
export function renderDiff(diff: ModelDiff, verbose: boolean): string {
  const { before, after, nodes, weights, same } = diff;
  const size = (name: string, from: number, to: number, show: (value: number) => string) => [
    name,
    `${show(from)} -> ${show(to)}`,
    formatPercentChange(from, to),
  ];
  const sizes = alignColumns([
    size('file', before.fileBytes, after.fileBytes, formatBytes),
    size('parameters', before.parameters, after.parameters, formatLargeCount),
    size('MACs', before.macs, after.macs, formatLargeCount),
    size('nodes', before.nodes, after.nodes, formatLargeCount),
  ]);
  const rows = [...nodeRows(nodes), ...weightRows(weights)];
  const shown = verbose ? rows : rows.slice(0, SHORT);
  const rest = rows.length - shown.length;
  const lines = [
    ...sizes,
    ...(same ? ['same nodes and weights'] : [counts('nodes', nodes), counts('weights', weights)]),
    ...alignColumns(shown),
    ...(rest > 0 ? [`  and ${rest} more (see --verbose)`] : []),
  ];
  return `${lines.join('\n')}\n`;
}
