import { alignColumns } from '../render/columns.js';
import { formatBytes, formatCount, formatLargeCount, formatPart } from '../render/quantities.js';
import type { Inspection, Port } from './inspect-model.js';
import type { Trial } from './trials.js';

/** How many layers, operators and reasons are shown without `verbose`. */
const SHORT = 10;

const portText = ({ name, dataType, dims }: Port) =>
  `${name}: ${dataType ?? 'unknown type'}${dims === null ? '' : `[${dims.join(', ')}]`}`;

function section(title: string, rows: readonly (readonly string[])[], verbose: boolean): readonly string[] {
  if (rows.length === 0) return [];
  const shown = verbose ? rows : rows.slice(0, SHORT);
  const rest = rows.length - shown.length;
  const indented = alignColumns(shown.map(([first = '', ...others]) => [`  ${first}`, ...others]));
  return ['', title, ...indented, ...(rest > 0 ? [`  and ${rest} more (see --verbose)`] : [])];
}

/** Reasons with the number of nodes they hold for, the most frequent first. */
function reasonRows({ skipped }: Trial): readonly (readonly string[])[] {
  const counts = new Map<string, number>();
  for (const { reason } of skipped) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a).map(([reason, count]) => [`${count} not`, reason]);
}

function trialLines(trial: Trial, verbose: boolean): readonly string[] {
  const title = `${trial.step} would change ${formatCount(new Set(trial.changed.map(({ node }) => node)).size)} nodes`;
  if (trial.error !== undefined) return ['', `${trial.step} cannot run: ${trial.error}`];
  const rows = verbose ? trial.skipped.map(({ node, reason }) => [node, reason]) : reasonRows(trial);
  return rows.length === 0 ? ['', title] : section(title, rows, verbose);
}

function costLines({ size, macConvention, assumedDims }: Inspection): readonly string[] {
  const assumed = Object.entries(assumedDims).map(([name, value]) => `${name} = ${value}`);
  const unknown = size.unknownMacs?.length ?? 0;
  return [
    `file ${formatBytes(size.fileBytes)}, ${formatLargeCount(size.parameters)} parameters, ${formatCount(size.nodes)} nodes`,
    `MACs ${formatLargeCount(size.macs)} (${macConvention})`,
    ...(assumed.length === 0 ? [] : [`     at ${assumed.join(', ')} (see --dim)`]),
    ...(unknown === 0 ? [] : [`     without ${unknown} layers whose shapes are unknown`]),
  ];
}

/** What is inside a model, for a person. Pure; ends with a line break. @param verbose shows everything */
export function renderInspection(inspection: Inspection, verbose: boolean): string {
  const { size, opsets, irVersion, inputs, outputs, operators, layers, trials } = inspection;
  const part = (bytes: number) => (size.weightBytes === 0 ? '' : formatPart(bytes / size.weightBytes));
  const dtypes = Object.entries(size.weightBytesByDtype).sort(([, a], [, b]) => b - a);
  const lines = [
    ...costLines(inspection),
    `IR ${irVersion}, ${Object.entries(opsets)
      .map(([domain, version]) => `${domain} ${version}`)
      .join(', ')}`,
    ...inputs.map((port) => `input  ${portText(port)}`),
    ...outputs.map((port) => `output ${portText(port)}`),
    ...section(
      'Weights by type',
      dtypes.map(([dtype, bytes]) => [dtype, formatBytes(bytes), part(bytes)]),
      verbose,
    ),
    ...section(
      'Weights by operator',
      operators.map((row) => [row.opType, `${row.nodes} nodes`, formatBytes(row.weightBytes), part(row.weightBytes)]),
      verbose,
    ),
    ...section(
      'Largest layers',
      layers.map((row) => [row.node, row.opType, formatBytes(row.weightBytes), part(row.weightBytes)]),
      verbose,
    ),
    ...trials.flatMap((trial) => trialLines(trial, verbose)),
  ];
  return `${lines.join('\n')}\n`;
}
