import { formCounts, type QuantizedLayer, quantizedLayers } from '../report/quantized-layers.js';
import type { StepRecord } from '../report/report.js';
import { markdownCode, markdownFolded, markdownTable } from './markdown-text.js';
import { formatForms, formatFused, formatRange, formatSnr, formatWeightBytes } from './quantized-text.js';
import { stepTitle } from './step-text.js';

/** Layers that a comment has room for. */
const WORST = 5;

const HEAD = ['layer', 'operator', 'form', 'weight SNR', 'input', 'bytes', 'fused'];

const row = (layer: QuantizedLayer) => [
  markdownCode(layer.node),
  markdownCode(layer.operator),
  layer.form,
  formatSnr(layer.weightSnrDb),
  formatRange(layer.inputRange),
  formatWeightBytes(layer),
  formatFused(layer.fused),
];

/** How many layers each step quantized, and those that lose most, as a folded table. Pure. */
export function markdownQuantized(steps: readonly StepRecord[]): readonly string[] {
  return steps.flatMap((step) => {
    const layers = step.family === 'quant' ? quantizedLayers(step.changed) : [];
    if (layers.length === 0) return [];
    const worst = layers.slice(0, WORST);
    const which = layers.length > WORST ? `, the worst ${WORST}` : '';
    const summary = `Layers of ${stepTitle(step)}: ${formatForms(formCounts(layers))}${which}`;
    return [markdownFolded(summary, markdownTable(HEAD, worst.map(row)))];
  });
}
