import { alignColumns } from '../render/columns.js';
import { formatBytes, formatLargeCount, formatPercentChange } from '../render/quantities.js';
import type { ModelDiff } from './diff-models.js';
import { type DiffRow, diffRows, groupRows, rowCells } from './diff-rows.js';
import type { NodeDifference } from './nodes.js';
import type { WeightDifference } from './weights.js';

/** Colours of a difference; the defaults leave the text as it is. */
export interface DiffText {
  readonly added?: ((text: string) => string) | undefined;
  readonly removed?: ((text: string) => string) | undefined;
  readonly changed?: ((text: string) => string) | undefined;
}

/** How many rows are shown without `verbose`. */
const SHORT = 20;

const same = (text: string) => text;

function sizeLines({ before, after }: ModelDiff): readonly string[] {
  const size = (name: string, from: number, to: number, show: (value: number) => string) => [
    name,
    `${show(from)} -> ${show(to)}`,
    formatPercentChange(from, to),
  ];
  return alignColumns([
    size('file', before.fileBytes, after.fileBytes, formatBytes),
    size('parameters', before.parameters, after.parameters, formatLargeCount),
    size('MACs', before.macs, after.macs, formatLargeCount),
    size('FLOPs (2 x MACs)', 2 * before.macs, 2 * after.macs, formatLargeCount),
    size('nodes', before.nodes, after.nodes, formatLargeCount),
  ]);
}

const counts = (what: string, { added, removed, changed, renamed }: NodeDifference | WeightDifference) =>
  `${what}: ${added.length} added, ${removed.length} removed, ${changed.length} changed, ${renamed.length} renamed`;

function summary({ same: isSame, nodes, weights }: ModelDiff, rows: readonly DiffRow[]): readonly string[] {
  if (isSame) return ['same nodes and weights'];
  const others = rows.filter(({ noun }) => noun !== 'node' && noun !== 'weight').length;
  const inner = rows.length - others;
  return [
    ...(inner === 0 ? ['same nodes and weights'] : [counts('nodes', nodes), counts('weights', weights)]),
    ...(others === 0 ? [] : [`inputs, outputs and properties: ${others} differ`]),
  ];
}

/**
 * The difference for a person: sizes, then counts, then what differs, like rows together. Pure; ends with a line break.
 *
 * @param verbose shows every node and weight in a row of its own
 */
export function renderDiff(diff: ModelDiff, verbose: boolean, text: DiffText = {}): string {
  const rows = diffRows(diff);
  const cells = verbose ? rows.map(rowCells) : groupRows(rows);
  const shown = verbose ? cells : cells.slice(0, SHORT);
  const rest = cells.length - shown.length;
  const paints = { '+': text.added ?? same, '-': text.removed ?? same, '~': text.changed ?? same };
  const paint = (line: string) => {
    const [sign] = line.trimStart();
    return sign === '+' || sign === '-' || sign === '~' ? paints[sign](line) : line;
  };
  const lines = [
    ...sizeLines(diff),
    ...summary(diff, rows),
    ...alignColumns(shown).map(paint),
    ...(rest > 0 ? [`  and ${rest} more rows (see --verbose)`] : []),
  ];
  return `${lines.join('\n')}\n`;
}
