import type { Figure } from '@onnx-compress/core';
import { formatNumberOf } from '../../render/quantities.js';
import { csv, dataAddress } from '../page/csv.js';
import { folded } from '../page/folded.js';
import { type Markup, markup } from '../page/markup.js';
import { drawTable } from '../page/table.js';
import { drawBars } from './bars.js';
import { type FigureData, figureData } from './figure-table.js';
import { drawHistograms, MOST_PANELS } from './histograms.js';
import { drawIntervals } from './intervals.js';
import { drawLines } from './lines.js';
import { MOST_ROWS } from './longest-rows.js';
import { drawScatter } from './scatter.js';

function drawing(figure: Figure, id: string): Markup | undefined {
  switch (figure.kind) {
    case 'bars':
      return drawBars(figure, id);
    case 'lines':
      return drawLines(figure, id);
    case 'histograms':
      return drawHistograms(figure, id);
    case 'scatter':
      return drawScatter(figure, id);
    case 'intervals':
      return drawIntervals(figure, id);
    case 'table':
      return undefined;
  }
}

/** Says so where more rows exist than are drawn. */
function abridged(figure: Figure): string {
  if (figure.kind === 'bars' && figure.rows.length > MOST_ROWS) {
    return ` The ${MOST_ROWS - 1} longest of ${figure.rows.length} are drawn; all are in the data.`;
  }
  if (figure.kind === 'histograms' && figure.rows.length > MOST_PANELS) {
    return ` The ${MOST_PANELS} largest of ${figure.rows.length} are drawn; all are in the data.`;
  }
  return '';
}

function download({ columns, rows, full }: FigureData, id: string): Markup {
  const text = csv(full ?? [columns.map(({ label }) => label), ...rows]);
  return markup`<p class="download"><a href="${dataAddress('text/csv', text)}" download="${id}.csv">Download as CSV</a></p>\n`;
}

/** A figure with its title, its caption, its drawing, and its data as a table and as a download. */
export function drawFigure(figure: Figure, id: string): Markup {
  const { title, caption, kind } = figure;
  const data = figureData(figure);
  const table = drawTable({ caption: title, quiet: true, ...data });
  const content = markup`${table}${download(data, id)}`;
  return markup`<figure id="${id}">
<figcaption><p class="figure-title">${title}</p><p>${caption}${abridged(figure)}</p></figcaption>
${drawing(figure, `${id}-image`)}${kind === 'table' ? content : folded(`Data (${formatNumberOf(data.rows.length, 'row')})`, content)}</figure>
`;
}

/** Several figures side by side where there is room. */
export function drawFigures(figures: readonly Figure[], id: string): Markup | undefined {
  if (figures.length === 0) return undefined;
  const drawn = figures.map((figure, index) => drawFigure(figure, `${id}-${index + 1}`));
  return markup`<div class="figures">${drawn}</div>\n`;
}
