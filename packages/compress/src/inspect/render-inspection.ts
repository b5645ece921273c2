import type { BarStyle } from '../render/bars.js';
import { alignColumns } from '../render/columns.js';
import { formatBytes, formatCount, formatLargeCount, formatPart } from '../render/quantities.js';
import { fittedTable } from './fitted-table.js';
import type { Inspection } from './inspect-model.js';
import { type Port, portText } from './ports.js';
import { dtypeTable, layerTable, operatorTable, type SizeTable } from './size-tables.js';
import type { Trial } from './trials.js';

/** How an inspection is written. */
export interface InspectionText {
  /** Bars behind the sizes; `ascii` by default. */
  readonly bars?: BarStyle | undefined;
  /** Marks headings; the default leaves them as they are. */
  readonly heading?: ((text: string) => string) | undefined;
  /** Colours bars; the default leaves them as they are. */
  readonly bar?: ((text: string) => string) | undefined;
  /** Columns of the terminal, which names are cut for; 80 by default. Nothing is cut with `verbose`. */
  readonly width?: number | undefined;
}

type Paint = Required<{ [Key in keyof InspectionText]: NonNullable<InspectionText[Key]> }>;

/** How many layers, operators and reasons are shown without `verbose`. */
const SHORT = 10;

const same = (text: string) => text;

const indented = ([first = '', ...others]: readonly string[]) => [`  ${first}`, ...others];

const hidden = (count: number) => (count > 0 ? [`  and ${count} more (see --verbose)`] : []);

/** Lines under a title; says how many of `count` are left out. */
function section(title: string, lines: readonly string[], count: number, paint: Paint): readonly string[] {
  return ['', paint.heading(title), ...lines, ...hidden(count - lines.length)];
}

function tableSection(title: string, table: SizeTable, verbose: boolean, paint: Paint): readonly string[] {
  const { rows } = table;
  if (rows.length === 0) return [];
  const shown = verbose ? rows : rows.slice(0, SHORT);
  const lines = fittedTable({ ...table, rows: shown }, verbose ? Number.POSITIVE_INFINITY : paint.width).map(
    ({ text, bar }) => (bar === '' ? text : `${text}  ${paint.bar(bar)}`),
  );
  return ['', paint.heading(title), ...lines, ...hidden(rows.length - shown.length)];
}

/** Figures in brackets at the end of a reason, which are others for each node. */
const FIGURES = / \([^()]*\d[^()]*\)$/;

/** Reasons with the number of nodes they hold for, the most frequent first. */
function reasonRows({ skipped }: Trial): readonly (readonly string[])[] {
  const counts = new Map<string, number>();
  for (const { reason } of skipped) {
    const kind = reason.replace(FIGURES, '');
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  const rows = [...counts].sort(([, a], [, b]) => b - a);
  const width = String(rows[0]?.[1] ?? 0).length;
  return rows.map(([reason, count]) => [`leaves ${String(count).padStart(width)}: ${reason}`]);
}

const nodesText = (count: number) => `${formatCount(count)} node${count === 1 ? '' : 's'}`;

function trialLines(trial: Trial, verbose: boolean, paint: Paint): readonly string[] {
  if (trial.error !== undefined) return ['', `${trial.step} cannot run: ${trial.error}`];
  const title = `${trial.step} would change ${nodesText(new Set(trial.changed.map(({ node }) => node)).size)}`;
  const rows = verbose ? trial.skipped.map(({ node, reason }) => [node, reason]) : reasonRows(trial);
  const shown = verbose ? rows : rows.slice(0, SHORT);
  return section(title, alignColumns(shown.map(indented)), rows.length, paint);
}

function parameterLines({ counts, size }: Inspection): readonly string[] {
  const { parameters, weights, biases, normalization, quantization, other, nonZeroWeights, effectiveMacs } = counts;
  const kinds = { weights, biases, normalization, 'scales and zero points': quantization, other };
  const parts = Object.entries(kinds).filter(([, count]) => count > 0);
  const sparse = nonZeroWeights < weights;
  return [
    `file ${formatBytes(size.fileBytes)}, ${formatLargeCount(parameters)} parameters, ${formatCount(size.nodes)} nodes`,
    ...(parts.length === 0 ? [] : [`     ${parts.map(([name, count]) => `${formatCount(count)} ${name}`).join(', ')}`]),
    ...(sparse
      ? [
          `zeros: ${formatCount(nonZeroWeights)} of ${formatCount(weights)} weights are not zero (${formatPart(nonZeroWeights / weights)})`,
          `     ${formatLargeCount(effectiveMacs)} MACs if zeros were skipped, which onnxruntime does not`,
        ]
      : []),
  ];
}

const ESTIMATE = 'estimated from shapes';

const ESTIMATE_OUTSIDE = `${ESTIMATE}, without those inside bodies and functions`;

function costLines(inspection: Inspection): readonly string[] {
  const { size, counts, assumedDims, operators, scopes } = inspection;
  const assumed = Object.entries(assumedDims).map(([name, value]) => `${name} = ${value}`);
  const unknown = size.unknownMacs?.length ?? 0;
  const peak = counts.activationPeakBytes;
  const inTables = operators.reduce((sum, { macs }) => sum + macs, 0);
  return [
    ...parameterLines(inspection),
    `MACs ${formatLargeCount(counts.macs)} = ${formatLargeCount(counts.flops)} FLOPs (two for each MAC, biases not counted)`,
    ...(assumed.length === 0 ? [] : [`     at ${assumed.join(', ')} (see --dim)`]),
    ...(unknown === 0 ? [] : [`     without ${unknown} layers whose shapes are unknown`]),
    ...(inTables > counts.macs ? ['     of each If the branch with more of them; the tables list all branches'] : []),
    ...(peak === null
      ? []
      : [
          `activations about ${formatBytes(peak)} at their peak (${scopes.length === 0 ? ESTIMATE : ESTIMATE_OUTSIDE})`,
        ]),
  ];
}

function scopeLines({ scopes }: Inspection, verbose: boolean, paint: Paint): readonly string[] {
  if (scopes.length === 0) return [];
  const shown = verbose ? scopes : scopes.slice(0, SHORT);
  const rows = shown.map(({ kind, name, nodes }) => [kind, name, nodesText(nodes)]);
  return section('Bodies and functions', alignColumns(rows.map(indented)), scopes.length, paint);
}

function portLines(kind: string, ports: readonly Port[], verbose: boolean): readonly string[] {
  const shown = verbose ? ports : ports.slice(0, SHORT);
  return [...shown.map((port) => `${kind} ${portText(port)}`), ...hidden(ports.length - shown.length)];
}

/**
 * What is inside a model, for a person. Pure; ends with a line break.
 *
 * @param verbose shows everything
 */
export function renderInspection(inspection: Inspection, verbose: boolean, text: InspectionText = {}): string {
  const { size, opsets, irVersion, inputs, outputs, operators, layers, trials } = inspection;
  const { bars = 'ascii', heading = same, bar = same, width = 80 } = text;
  const paint = { bars, heading, bar, width };
  const detail = { bars, verbose };
  const total = size.weightBytes;
  const versions = Object.entries(opsets).map(([domain, version]) => `${domain} ${version}`);
  const lines = [
    ...costLines(inspection),
    `IR ${irVersion}, ${versions.join(', ')}`,
    ...portLines('input ', inputs, verbose),
    ...portLines('output', outputs, verbose),
    ...tableSection('Weights by type', dtypeTable(size.weightBytesByDtype, total, bars), verbose, paint),
    ...tableSection('Operators', operatorTable(operators, total, detail), verbose, paint),
    ...tableSection('Largest layers', layerTable(layers, total, detail), verbose, paint),
    ...scopeLines(inspection, verbose, paint),
    ...trials.flatMap((trial) => trialLines(trial, verbose, paint)),
  ];
  return `${lines.join('\n')}\n`;
}
