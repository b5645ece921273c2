import { formatCount, formatLargeCount, formatNumberOf, formatPart } from '../render/quantities.js';
import { fittedTable } from './fitted-table.js';
import type { GroupRecord, PrunableInspection } from './prunable.js';
import type { InspectionText } from './render-inspection.js';
import { wrapped } from './wrapped.js';

/** How many pinned groups and layers are shown without `verbose`. */
const SHORT = 20;

/** Columns that lines keep to. */
const WIDTH = 100;

const same = (text: string) => text;

const nameOf = ({ node, layers }: GroupRecord) =>
  layers.length === 1 ? node : `${node} and ${formatCount(layers.length - 1)} more`;

const channelsOf = ({ units, channelsPerUnit }: GroupRecord) =>
  channelsPerUnit === 1 ? formatCount(units) : `${formatCount(units)} x ${formatCount(channelsPerUnit)}`;

const orUnknown = (count: number | null) => (count === null ? '?' : formatLargeCount(count));

const part = (count: number | null, total: number) => (count === null || total === 0 ? '?' : formatPart(count / total));

function rowOf(group: GroupRecord, { macs }: PrunableInspection): readonly string[] {
  return [
    nameOf(group),
    channelsOf(group),
    group.pinnedUnits === 0 ? '' : formatCount(group.pinnedUnits),
    formatCount(group.consumers),
    formatLargeCount(group.parameters),
    orUnknown(group.macs),
    part(group.macs, macs),
    '',
  ];
}

/** One line per group: what would go if all of its channels went. */
function groupLines(inspection: PrunableInspection, width: number): readonly string[] {
  const { groups } = inspection;
  if (groups.length === 0) return [];
  const head = ['group', 'channels', 'stay', 'read by', 'parameters', 'MACs', 'of all', ''];
  const rows = groups.map((group) => rowOf(group, inspection));
  const [first = [], ...others] = [head, ...rows].map((row) => row.slice(0, -1));
  const table = { head: first, rows: others.map((row) => [...row, '']), textColumns: 1 };
  return fittedTable(table, width).map(({ text }) => text);
}

/** Nodes that have to stay, with the reason below each. */
function stayLines({ pinned, unprunable }: PrunableInspection, verbose: boolean, width: number): readonly string[] {
  const stays = [
    ...pinned.map((group) => ({ name: nameOf(group), reason: group.reason ?? '' })),
    ...unprunable.map(({ node, reason }) => ({ name: node, reason })),
  ];
  const shown = verbose ? stays : stays.slice(0, SHORT);
  const more = stays.length - shown.length;
  return [
    ...shown.flatMap(({ name, reason }) => [`  ${name}`, ...wrapped(reason, width - 4).map((line) => `    ${line}`)]),
    ...(more > 0 ? [`  and ${formatCount(more)} more (see --verbose)`] : []),
  ];
}

/**
 * What can be pruned of a model, for a person. Pure; ends with a line break.
 *
 * @param verbose lists everything that has to stay, and cuts no names
 */
export function renderPrunable(inspection: PrunableInspection, verbose: boolean, text: InspectionText = {}): string {
  const { groups, pinned, unprunable, parameters, macs, assumedDims } = inspection;
  const { heading = same } = text;
  const width = verbose ? Number.POSITIVE_INFINITY : Math.min(text.width ?? WIDTH, WIDTH);
  const assumed = Object.entries(assumedDims).map(([name, size]) => `${name} = ${size}`);
  const stay = pinned.length + unprunable.length;
  const lines = [
    `${formatNumberOf(groups.length, 'group')} of layers can lose channels, ${formatCount(stay)} cannot`,
    `${formatLargeCount(parameters)} parameters, ${formatLargeCount(macs)} MACs in all`,
    ...(assumed.length === 0 ? [] : [`     at ${assumed.join(', ')} (see --dim)`]),
    ...(groups.length === 0 ? [] : ['', heading('What goes with all channels of a group')]),
    ...groupLines(inspection, width),
    ...(stay === 0 ? [] : ['', heading('What stays, and why'), ...stayLines(inspection, verbose, width)]),
  ];
  return `${lines.join('\n')}\n`;
}
