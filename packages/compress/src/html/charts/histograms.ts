import type { HistogramFigure } from '@onnx-compress/core';
import { type Markup, markup } from '../page/markup.js';
import { pixels, shortened } from './label.js';
import { legend, seriesLooks } from './legend.js';
import { picture, stretched } from './picture.js';
import { formatQuantity } from './quantity.js';

/** How many distributions are drawn; the table has all of them. */
export const MOST_PANELS = 12;

const HEIGHT = 64;

type Row = HistogramFigure['rows'][number];

const total = (counts: readonly number[]) => counts.reduce((sum, count) => sum + count, 0);

/** The outline of bins as parts of all values, so that pruned and dense weights compare. */
function outline(counts: readonly number[], highest: number): string {
  const all = Math.max(1, total(counts));
  const width = 100 / Math.max(1, counts.length);
  const steps = counts.map((count, bin) => {
    const y = pixels(100 - (count / all / highest) * 98);
    return `V${y}H${pixels((bin + 1) * width)}`;
  });
  return `M0 100${steps.join('')}V100Z`;
}

function panel(row: Row, index: number, { series, unit, title }: HistogramFigure, id: string): Markup {
  const { label, low, high, counts } = row;
  const looks = seriesLooks(series);
  const highest = Math.max(1e-9, ...counts.map((bins) => Math.max(0, ...bins) / Math.max(1, total(bins))));
  const shapes = counts.map((bins, at) => markup`<path class="bins ${looks[at]}" d="${outline(bins, highest)}"/>`);
  const numbers = counts.map((bins, at) => `${series[at] ?? ''} ${total(bins)}`).join(', ');
  const frame = {
    id: `${id}-${index}`,
    title: `${title}: ${label}`,
    description: `Values: ${numbers}`,
    height: HEIGHT,
  };
  return markup`<li><p class="name" title="${label}">${shortened(label, 20)}</p>${picture(frame, [stretched(HEIGHT, shapes)])}<p class="ends"><span>${formatQuantity(low, unit)}</span><span>${formatQuantity(high, unit)}</span></p></li>\n`;
}

/** The rows with the most values, in the order given. */
function largestRows(rows: readonly Row[]): readonly Row[] {
  if (rows.length <= MOST_PANELS) return rows;
  const sizes = new Map(rows.map((row) => [row, total(row.counts.flat())]));
  const sorted = [...rows].sort((a, b) => (sizes.get(b) ?? 0) - (sizes.get(a) ?? 0));
  const largest = new Set(sorted.slice(0, MOST_PANELS));
  return rows.filter((row) => largest.has(row));
}

/** Small distributions side by side, each over its own range, before and after in one. */
export function drawHistograms(figure: HistogramFigure, id: string): Markup {
  const looks = seriesLooks(figure.series);
  const names = legend(figure.series.map((label, index) => ({ label, look: looks[index] ?? '', sample: 'area' })));
  const panels = largestRows(figure.rows).map((row, index) => panel(row, index, figure, id));
  return markup`${names}<ul class="panels">${panels}</ul>\n`;
}
