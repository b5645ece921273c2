import { formatEnergyKept, formatFactored, formatRank } from '../../render/factored-text.js';
import { formatMs } from '../../render/measured-quantities.js';
import { formatPart } from '../../render/quantities.js';
import { formatError } from '../../render/repairs-text.js';
import { stepTitle } from '../../render/step-text.js';
import { type FactoredLayer, factoredLayers as layersOf } from '../../report/factored-layers.js';
import type { StepRecord } from '../../report/report.js';
import { folded } from '../page/folded.js';
import { type Markup, markup } from '../page/markup.js';
import { drawTable, type Table } from '../page/table.js';
import type { ReportSection } from './subject.js';

/** Layers that are shown without unfolding. */
const WORST = 10;

const COLUMNS: Table['columns'] = [
  { label: 'layer' },
  { label: 'operator' },
  { label: 'rank' },
  { label: 'break-even', format: String },
  { label: 'energy kept', format: formatEnergyKept },
  { label: 'error before refit', format: formatError },
  { label: 'error after', format: formatError },
  { label: 'parameters left', format: formatPart },
  { label: 'MACs left', format: formatPart },
];

const TIMED_COLUMNS: Table['columns'] = [
  ...COLUMNS,
  { label: 'time before', format: formatMs },
  { label: 'time after', format: formatMs },
];

const isTimed = ({ timeAfterMs }: FactoredLayer) => timeAfterMs !== null;

const partLeft = (before: number | null, after: number | null) =>
  before === null || after === null || before === 0 ? null : after / before;

const rowOf = (layer: FactoredLayer): Table['rows'][number] => [
  layer.node,
  layer.operator,
  formatRank(layer),
  layer.breakEven,
  layer.energyKept,
  layer.errorBefore,
  layer.errorAfter,
  partLeft(layer.parametersBefore, layer.parametersAfter),
  partLeft(layer.macsBefore, layer.macsAfter),
];

const timedRowOf = (layer: FactoredLayer) => [...rowOf(layer), layer.timeBeforeMs, layer.timeAfterMs];

function tableOf(caption: string, layers: readonly FactoredLayer[]): Markup {
  const [columns, row] = layers.some(isTimed) ? [TIMED_COLUMNS, timedRowOf] : [COLUMNS, rowOf];
  return drawTable({ caption, quiet: true, columns, rows: layers.map(row) });
}

function drawStep(step: StepRecord): Markup | undefined {
  const layers = step.family === 'low-rank' ? layersOf(step.changed) : [];
  if (layers.length === 0) return undefined;
  const title = stepTitle(step);
  const others = layers.slice(WORST);
  const rest = folded(`${others.length} more`, tableOf(`Other layers of ${title}`, others));
  return markup`<div><h3><code>${title}</code>: ${formatFactored(layers, layers.length + step.skipped.length)}</h3>
${tableOf(`Layers of ${title} that lose most`, layers.slice(0, WORST))}${others.length === 0 ? undefined : rest}</div>
`;
}

/** What factorization did to each layer, those that lose most first. */
export const factoredLayers: ReportSection = {
  id: 'factored-layers',
  title: 'Factored layers',
  render: ({ report: { steps } }) => {
    const drawn = steps.map(drawStep);
    return drawn.every((step) => step === undefined) ? undefined : markup`${drawn}`;
  },
};
