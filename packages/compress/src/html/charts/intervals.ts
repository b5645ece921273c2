import type { IntervalFigure } from '@onnx-compress/core';
import { type Markup, markup } from '../page/markup.js';
import { percent, rowLabel } from './label.js';
import { legend } from './legend.js';
import { picture } from './picture.js';
import { formatQuantity } from './quantity.js';
import { type Scale, scaleOf } from './scale.js';

/** Two lines of text, and below them the strip in which the interval lies. */
const TEXT_HEIGHT = 34;
const STRIP_HEIGHT = 22;
const ROW_HEIGHT = TEXT_HEIGHT + STRIP_HEIGHT + 8;

type Row = IntervalFigure['rows'][number];

/** The part of a strip that every row has: ticks, the band around 1, and 1 itself. */
function ground({ margin }: IntervalFigure, scale: Scale, top: number): readonly Markup[] {
  const [from, to] = [scale.position(1 / (1 + margin)), scale.position(1 + margin)];
  const upright = (look: string, value: number) => {
    const x = percent(scale.position(value));
    return markup`<line class="${look}" x1="${x}" x2="${x}" y1="${top}" y2="${top + STRIP_HEIGHT}"/>`;
  };
  const band = markup`<rect class="band" x="${percent(from)}" y="${top}" width="${percent(to - from)}" height="${STRIP_HEIGHT}"/>`;
  return [...scale.ticks.map((tick) => upright('grid', tick)), band, upright('one', 1)];
}

function whisker({ value, low, high }: Row, scale: Scale, y: number): Markup {
  const inside = (ratio: number) => percent(Math.min(1, Math.max(0, scale.position(ratio))));
  const ends = [low, high].map(
    (end) => markup`<line class="whisker" x1="${inside(end)}" x2="${inside(end)}" y1="${y - 5}" y2="${y + 5}"/>`,
  );
  return markup`<line class="whisker" x1="${inside(low)}" x2="${inside(high)}" y1="${y}" y2="${y}"/>${ends}<circle class="centre" cx="${inside(value)}" cy="${y}" r="5"/>`;
}

function drawRow(row: Row, index: number, scale: Scale, figure: IntervalFigure): Markup {
  const write = (ratio: number) => formatQuantity(ratio, figure.axis.unit);
  const top = index * ROW_HEIGHT;
  const strip = top + TEXT_HEIGHT;
  const text = `${write(row.value)}, interval ${write(row.low)} to ${write(row.high)}`;
  return markup`<g>${rowLabel(row.label, top + 12)}<text class="value strong" x="100%" y="${top + 12}">${row.note ?? ''}</text><text class="soft" y="${top + 27}">${text}</text>
${ground(figure, scale, strip)}${whisker(row, scale, strip + STRIP_HEIGHT / 2)}</g>
`;
}

function axisNames(scale: Scale, { axis: { label, unit } }: IntervalFigure, height: number): Markup {
  const ticks = scale.ticks.map((tick, index) => {
    const rank = index % 2 === 1 ? 'tick minor' : 'tick';
    return markup`<text class="${rank} middle" x="${percent(scale.position(tick))}" y="${height + 8}">${formatQuantity(tick, unit)}</text>`;
  });
  return markup`${ticks}<text class="axis end" x="100%" y="${height + 28}">${label}</text>`;
}

/** Ratios with their intervals, a row each over the band of differences that do not count. */
export function drawIntervals(figure: IntervalFigure, id: string): Markup {
  const { title, caption, margin, rows } = figure;
  const ends = rows.flatMap(({ value, low, high }) => [value, low, high]);
  const scale = scaleOf(figure.axis, [...ends, 1 / (1 + margin), 1 + margin], 5);
  const height = rows.length * ROW_HEIGHT;
  const image = picture({ id, title, description: caption, height }, [
    ...rows.map((row, index) => drawRow(row, index, scale, figure)),
    axisNames(scale, figure, height),
  ]);
  const signs = legend([
    { label: 'median ratio with its interval', look: 'sign-centre', sample: 'point' },
    { label: `differences below ${formatQuantity(margin, 'part')} do not count`, look: 'sign-band', sample: 'band' },
  ]);
  return markup`${signs}<div class="forest">${image}</div>\n`;
}
