import { type FactoredLayer, factoredLayers } from '../report/factored-layers.js';
import type { StepRecord } from '../report/report.js';
import { formatEnergyKept, formatErrors, formatMacs, formatRank, formatTimes } from './factored-text.js';
import { markdownCode, markdownFolded, markdownTable } from './markdown-text.js';
import { formatCount, formatNumberOf } from './quantities.js';
import { stepTitle } from './step-text.js';

/** Layers that a comment has room for. */
const WORST = 5;

const HEAD = ['layer', 'operator', 'rank', 'break-even', 'energy kept', 'output error', 'MACs'];

const TIMED_HEAD = [...HEAD, 'time'];

const isTimed = ({ timeAfterMs }: FactoredLayer) => timeAfterMs !== null;

const row = (layer: FactoredLayer) => [
  markdownCode(layer.node),
  markdownCode(layer.operator),
  formatRank(layer),
  layer.breakEven === null ? '' : formatCount(layer.breakEven),
  formatEnergyKept(layer.energyKept),
  formatErrors(layer),
  formatMacs(layer),
];

/** The layers that each step factored, those that lose most, as a folded table. Pure. */
export function markdownFactored(steps: readonly StepRecord[]): readonly string[] {
  return steps.flatMap((step) => {
    const layers = step.family === 'low-rank' ? factoredLayers(step.changed) : [];
    if (layers.length === 0) return [];
    const which = layers.length > WORST ? `, the worst ${WORST}` : '';
    const summary = `Layers of ${stepTitle(step)}: ${formatNumberOf(layers.length, 'layer')}${which}`;
    const shown = layers.slice(0, WORST);
    const table = shown.some(isTimed)
      ? markdownTable(
          TIMED_HEAD,
          shown.map((layer) => [...row(layer), formatTimes(layer)]),
        )
      : markdownTable(HEAD, shown.map(row));
    return [markdownFolded(summary, table)];
  });
}
