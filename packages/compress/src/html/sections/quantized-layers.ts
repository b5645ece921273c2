import { fusionText, hasUnfused } from '../../render/fusion-text.js';
import { formatBytes } from '../../render/quantities.js';
import { formatForms, formatFused, formatRange } from '../../render/quantized-text.js';
import { stepTitle } from '../../render/step-text.js';
import { formCounts, quantizedLayers as layersOf, type QuantizedLayer } from '../../report/quantized-layers.js';
import type { StepRecord } from '../../report/report.js';
import { folded } from '../page/folded.js';
import { type Markup, markup } from '../page/markup.js';
import { drawBadges } from '../page/records.js';
import { drawTable, type Table } from '../page/table.js';
import type { ReportSection } from './subject.js';

/** Layers that are shown without unfolding. */
const WORST = 10;

const decibels = (value: number) => `${value.toFixed(1)} dB`;

const COLUMNS: Table['columns'] = [
  { label: 'layer' },
  { label: 'operator' },
  { label: 'form' },
  { label: 'weight SNR', format: decibels },
  { label: 'input range' },
  { label: 'bytes before', format: formatBytes },
  { label: 'bytes after', format: formatBytes },
  { label: 'fused' },
];

const orNothing = (text: string) => (text === '' ? null : text);

const rowOf = (layer: QuantizedLayer): Table['rows'][number] => [
  layer.node,
  layer.operator,
  layer.form,
  layer.weightSnrDb ?? 'exact',
  orNothing(formatRange(layer.inputRange)),
  layer.bytesBefore,
  layer.bytesAfter,
  orNothing(formatFused(layer.fused)),
];

const tableOf = (caption: string, layers: readonly QuantizedLayer[]) =>
  drawTable({ caption, quiet: true, columns: COLUMNS, rows: layers.map(rowOf) });

function drawStep(step: StepRecord): Markup | undefined {
  const layers = step.family === 'quant' ? layersOf(step.changed) : [];
  if (layers.length === 0) return undefined;
  const title = stepTitle(step);
  const others = layers.slice(WORST);
  const rest = folded(`${others.length} more`, tableOf(`Other layers of ${title}`, others));
  return markup`<div><h3><code>${title}</code>: ${formatForms(formCounts(layers))}</h3>
${tableOf(`Layers of ${title} whose weights lose most`, layers.slice(0, WORST))}${others.length === 0 ? undefined : rest}</div>
`;
}

/** What quantization did to each layer, those whose weights lose most first. */
export const quantizedLayers: ReportSection = {
  id: 'quantized-layers',
  title: 'Quantized layers',
  render: ({ report: { steps, fusion } }) => {
    const drawn = steps.map(drawStep);
    if (drawn.every((step) => step === undefined)) return undefined;
    const tone = fusion !== undefined && hasUnfused(fusion) ? 'bad' : 'soft';
    const badge = fusion === undefined ? undefined : drawBadges([{ tone, text: fusionText(fusion) }]);
    return markup`${badge}${drawn}`;
  },
};
