import { fusionText, hasUnfused } from '../render/fusion-text.js';
import { formatBytesChange, formatCount, formatPercentChange } from '../render/quantities.js';
import { formatForms, formatFused, formatRange, formatSnr, formatWeightBytes } from '../render/quantized-text.js';
import type { QuantizedLayer } from '../report/quantized-layers.js';
import { fittedTable } from './fitted-table.js';
import type { QuantInspection } from './quantizable.js';
import type { InspectionText } from './render-inspection.js';
import { wrapped } from './wrapped.js';

/** How many layers, and how many that stay, are shown without `verbose`. */
const SHORT = 20;

/** Columns that lines keep to. */
const WIDTH = 100;

const same = (text: string) => text;

const HEAD = ['layer', 'operator', 'form', 'weight SNR', 'input range', 'size', 'fused'];

const rowOf = (layer: QuantizedLayer): readonly string[] => [
  layer.node,
  layer.operator,
  layer.form,
  formatSnr(layer.weightSnrDb),
  formatRange(layer.inputRange),
  formatWeightBytes(layer),
  formatFused(layer.fused),
  '',
];

const moreThan = (all: number, shown: number) =>
  all > shown ? [`  and ${formatCount(all - shown)} more (see --verbose)`] : [];

/** The text of every entry with all names that have it, the largest groups first. */
function stayLines(inspection: QuantInspection, verbose: boolean, width: number): readonly string[] {
  const { skipped, layers } = inspection;
  const inFloat = layers.flatMap(({ node, floatActivations }) =>
    floatActivations === undefined ? [] : [{ node, reason: `its activations: ${floatActivations}` }],
  );
  const byReason = new Map<string, string[]>();
  for (const { node, reason } of [...skipped, ...inFloat]) {
    byReason.set(reason, [...(byReason.get(reason) ?? []), node]);
  }
  const reasons = [...byReason].sort(([, left], [, right]) => right.length - left.length);
  const shown = verbose ? reasons : reasons.slice(0, SHORT);
  return [
    ...shown.flatMap(([reason, nodes]) => [
      ...wrapped(reason, width - 2).map((line) => `  ${line}`),
      ...wrapped(namesOf(nodes, verbose), width - 4).map((line) => `    ${line}`),
    ]),
    ...moreThan(reasons.length, shown.length),
  ];
}

/** Most names of one reason. */
const FEW = 6;

function namesOf(nodes: readonly string[], verbose: boolean): string {
  const shown = verbose ? nodes : nodes.slice(0, FEW);
  const more = nodes.length - shown.length;
  return `${shown.join(', ')}${more > 0 ? ` and ${formatCount(more)} more` : ''}`;
}

function layerLines({ layers }: QuantInspection, verbose: boolean, width: number): readonly string[] {
  const shown = verbose ? layers : layers.slice(0, SHORT);
  const table = { head: HEAD, rows: shown.map(rowOf), textColumns: 3 };
  return [...fittedTable(table, width).map(({ text }) => text), ...moreThan(layers.length, shown.length)];
}

/**
 * What quantization would do to a model, for a person. Pure; ends with a line break.
 *
 * @param verbose lists every layer and everything that stays, and cuts no names
 */
export function renderQuantizable(inspection: QuantInspection, verbose: boolean, text: InspectionText = {}): string {
  const { specs, layers, forms, bytesBefore, bytesAfter, outputSnrDb, fusion } = inspection;
  const { heading = same } = text;
  const width = verbose ? Number.POSITIVE_INFINITY : Math.min(text.width ?? WIDTH, WIDTH);
  const stay = stayLines(inspection, verbose, width);
  const change = `${formatBytesChange(bytesBefore, bytesAfter)} (${formatPercentChange(bytesBefore, bytesAfter)})`;
  const lines = [
    `quant ${specs.join(', ')}: ${layers.length === 0 ? 'no layer' : formatForms(forms)}`,
    `file ${change}${outputSnrDb === null ? '' : `, outputs ${formatSnr(outputSnrDb)}`}`,
    ...(fusion === undefined ? [] : [hasUnfused(fusion) ? heading(fusionText(fusion)) : fusionText(fusion)]),
    ...(layers.length === 0 ? [] : ['', heading('Layers, those whose weights lose most first')]),
    ...(layers.length === 0 ? [] : layerLines(inspection, verbose, width)),
    ...(stay.length === 0 ? [] : ['', heading('What stays in float, and why'), ...stay]),
  ];
  return `${lines.join('\n')}\n`;
}
