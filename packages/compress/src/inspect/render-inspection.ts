import type { BarStyle } from '../render/bars.js';
import { alignColumns } from '../render/columns.js';
import { formatBytes, formatCount, formatLargeCount, formatPart } from '../render/quantities.js';
import type { Inspection } from './inspect-model.js';
import { portText } from './ports.js';
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

/** Fills the cells of number columns from the left, so that digits stand below each other. */
function rightAligned(rows: readonly (readonly string[])[], textColumns: number): readonly (readonly string[])[] {
  const widthOf = (column: number) => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  const widths = rows[0]?.map((_, column) => (column < textColumns ? 0 : widthOf(column))) ?? [];
  return rows.map((row) => row.map((cell, column) => cell.padStart(widths[column] ?? 0)));
}

function tableSection(title: string, table: SizeTable, verbose: boolean, paint: Paint): readonly string[] {
  const { head, rows, textColumns } = table;
  if (rows.length === 0) return [];
  const shown = verbose ? rows : rows.slice(0, SHORT);
  const cells = rightAligned([head, ...shown.map((row) => row.slice(0, -1))], textColumns);
  const [top = '', ...lines] = alignColumns(cells.map(indented));
  const barred = lines.map((line, index) => {
    const bar = shown[index]?.at(-1) ?? '';
    return bar === '' ? line : `${line}  ${paint.bar(bar)}`;
  });
  return ['', paint.heading(title), top, ...barred, ...hidden(rows.length - shown.length)];
}

/** Reasons with the number of nodes they hold for, the most frequent first. */
function reasonRows({ skipped }: Trial): readonly (readonly string[])[] {
  const counts = new Map<string, number>();
  for (const { reason } of skipped) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a).map(([reason, count]) => [`${count} not`, reason]);
}

function trialLines(trial: Trial, verbose: boolean, paint: Paint): readonly string[] {
  if (trial.error !== undefined) return ['', `${trial.step} cannot run: ${trial.error}`];
  const title = `${trial.step} would change ${formatCount(new Set(trial.changed.map(({ node }) => node)).size)} nodes`;
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

function costLines(inspection: Inspection): readonly string[] {
  const { size, counts, macConvention, assumedDims } = inspection;
  const assumed = Object.entries(assumedDims).map(([name, value]) => `${name} = ${value}`);
  const unknown = size.unknownMacs?.length ?? 0;
  const peak = counts.activationPeakBytes;
  return [
    ...parameterLines(inspection),
    `MACs ${formatLargeCount(counts.macs)} = ${formatLargeCount(counts.flops)} FLOPs (${macConvention})`,
    ...(assumed.length === 0 ? [] : [`     at ${assumed.join(', ')} (see --dim)`]),
    ...(unknown === 0 ? [] : [`     without ${unknown} layers whose shapes are unknown`]),
    ...(peak === null ? [] : [`activations ${formatBytes(peak)} at once (estimate from shapes)`]),
  ];
}

function scopeLines({ scopes }: Inspection, verbose: boolean, paint: Paint): readonly string[] {
  if (scopes.length === 0) return [];
  const shown = verbose ? scopes : scopes.slice(0, SHORT);
  const rows = shown.map(({ kind, name, nodes }) => [kind, name, `${formatCount(nodes)} nodes`]);
  return section('Bodies and functions', alignColumns(rows.map(indented)), scopes.length, paint);
}

/**
 * What is inside a model, for a person. Pure; ends with a line break.
 *
 * @param verbose shows everything
 */
export function renderInspection(inspection: Inspection, verbose: boolean, text: InspectionText = {}): string {
  const { size, opsets, irVersion, inputs, outputs, operators, layers, trials } = inspection;
  const paint = { bars: text.bars ?? 'ascii', heading: text.heading ?? same, bar: text.bar ?? same };
  const total = size.weightBytes;
  const versions = Object.entries(opsets).map(([domain, version]) => `${domain} ${version}`);
  const lines = [
    ...costLines(inspection),
    `IR ${irVersion}, ${versions.join(', ')}`,
    ...inputs.map((port) => `input  ${portText(port)}`),
    ...outputs.map((port) => `output ${portText(port)}`),
    ...tableSection('Weights by type', dtypeTable(size.weightBytesByDtype, total, paint.bars), verbose, paint),
    ...tableSection('Weights by operator', operatorTable(operators, total, paint.bars), verbose, paint),
    ...tableSection('Largest layers', layerTable(layers, total, paint.bars), verbose, paint),
    ...scopeLines(inspection, verbose, paint),
    ...trials.flatMap((trial) => trialLines(trial, verbose, paint)),
  ];
  return `${lines.join('\n')}\n`;
}
