import type { BarFigure } from '@onnx-compress/core';
import { type Markup, markup } from '../page/markup.js';
import { percent, rowLabel } from './label.js';
import { legend, seriesLooks } from './legend.js';
import { longestRows } from './longest-rows.js';
import { picture } from './picture.js';
import { formatQuantity } from './quantity.js';

const TEXT_HEIGHT = 18;
const BAR_HEIGHT = 7;
const GAP = 12;

type Row = BarFigure['rows'][number];

const finite = (value: number | null | undefined): value is number =>
  typeof value === 'number' && Number.isFinite(value);

/** The values of a row in words: `295.1 kB → 81.2 kB`. */
function valueText({ values }: Row, { unit, series }: BarFigure): string {
  const texts = values.map((value) => (finite(value) ? formatQuantity(value, unit) : '–'));
  return texts.join(series[0] === 'before' ? ' → ' : ' / ');
}

/** How the bars of a figure are drawn. */
interface Drawing {
  readonly figure: BarFigure;
  readonly largest: number;
  readonly looks: readonly string[];
  /** Pattern laid over estimates. */
  readonly hatch: string | undefined;
}

function drawBar(value: number | null, top: number, look: string, { largest, hatch }: Drawing): Markup {
  const width = finite(value) && value > 0 ? percent(value / largest) : '0%';
  const bar = markup`<rect class="${look}" y="${top}" width="${width}" height="${BAR_HEIGHT}" rx="1.5"/>`;
  if (hatch === undefined) return bar;
  return markup`${bar}<rect fill="url(#${hatch})" y="${top}" width="${width}" height="${BAR_HEIGHT}"/>`;
}

/** Name and values of a row. */
function drawText(row: Row, y: number, figure: BarFigure): Markup {
  return markup`${rowLabel(row.label, y + 12)}<text class="value" x="100%" y="${y + 12}">${valueText(row, figure)}</text>`;
}

function drawRow(row: Row, y: number, drawing: Drawing): Markup {
  const bars = row.values.map((value, index) =>
    drawBar(value, y + TEXT_HEIGHT + index * (BAR_HEIGHT + 1), drawing.looks[index] ?? '', drawing),
  );
  return markup`<g>${drawText(row, y, drawing.figure)}${bars}</g>\n`;
}

const hatching = (id: string) =>
  markup`<defs><pattern id="${id}" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="hatch" width="3" height="6"/></pattern></defs>`;

function names({ figure: { series }, looks, hatch }: Drawing): Markup | undefined {
  if (series.length < 2 && hatch === undefined) return undefined;
  return legend(
    series.map((label, index) => ({
      label: hatch === undefined ? label : `${label} (estimated)`,
      look: looks[index] ?? '',
      sample: hatch === undefined ? 'area' : 'hatched',
    })),
  );
}

/** Horizontal bars, a group for each row, its name and values above it; hatched where they are estimates. */
export function drawBars(figure: BarFigure, id: string): Markup {
  const { title, caption, series, estimated } = figure;
  const { rows, others } = longestRows(figure);
  const largest = Math.max(Number.MIN_VALUE, ...rows.flatMap(({ values }) => values.filter(finite)));
  const hatch = estimated === true ? `${id}-hatch` : undefined;
  const drawing = { figure, largest, looks: seriesLooks(series), hatch };
  const rowHeight = TEXT_HEIGHT + series.length * (BAR_HEIGHT + 1) + GAP;
  const end = rows.length * rowHeight;
  const frame = {
    id,
    title,
    description: caption,
    height: Math.max(1, end + (others === undefined ? 0 : TEXT_HEIGHT)),
  };
  const image = picture(frame, [
    ...(hatch === undefined ? [] : [hatching(hatch)]),
    ...rows.map((row, index) => drawRow(row, index * rowHeight, drawing)),
    ...(others === undefined ? [] : [drawText(others, end, figure)]),
  ]);
  return markup`${names(drawing)}<div class="bars">${image}</div>\n`;
}
