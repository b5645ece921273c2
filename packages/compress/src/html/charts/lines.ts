import type { LineFigure } from '@onnx-compress/core';
import { type Markup, markup } from '../page/markup.js';
import { percent, pixels, shortened } from './label.js';
import { legend, seriesLooks } from './legend.js';
import { picture, stretched } from './picture.js';
import { PLANE_HEIGHT, type Plane, planeOf } from './plane.js';

/** Curves with more points than this are drawn without dots. */
const MOST_DOTS = 30;

type Series = LineFigure['series'][number];

const pathOf = (points: Series['points'], plane: Plane) =>
  points
    .map(([x, y]) => `${pixels(plane.x(x) * 1000) / 10} ${pixels((plane.y(y) / PLANE_HEIGHT) * 1000) / 10}`)
    .join(' ');

function curve(points: Series['points'], look: string, plane: Plane): Markup {
  return markup`<polyline class="curve ${look}" points="${pathOf(points, plane)}"/>`;
}

function dots(points: Series['points'], look: string, plane: Plane): readonly Markup[] {
  if (points.length > MOST_DOTS) return [];
  return points.map(
    ([x, y]) => markup`<circle class="dot ${look}" cx="${percent(plane.x(x))}" cy="${plane.y(y)}" r="3"/>`,
  );
}

function drawMarks(marks: readonly { readonly label: string; readonly x: number }[], plane: Plane): readonly Markup[] {
  const places = marks.map(({ label, x }) => ({ label, place: plane.x(x), across: percent(plane.x(x)) }));
  const lines = places.map(
    ({ across }) => markup`<line class="mark" x1="${across}" x2="${across}" y1="0" y2="${PLANE_HEIGHT}"/>`,
  );
  const labels = places.map(({ label, place, across }, index) => {
    const side = place > 0.7 ? { anchor: 'end', shift: -5 } : { anchor: 'start', shift: 5 };
    const y = 12 + (index % 5) * 15;
    return markup`<text class="halo ${side.anchor}" x="${across}" dx="${side.shift}" y="${y}">${shortened(label, 24)}</text>`;
  });
  return [...lines, ...labels];
}

/** Curves over a common axis, with dots where they are few and dashed vertical lines for marks. */
export function drawLines(figure: LineFigure, id: string): Markup {
  const { title, caption, x, y, series, marks = [] } = figure;
  const points = series.flatMap((line) => line.points);
  const bottom = points[0]?.[1] ?? 1;
  const plane = planeOf(x, y, [...points, ...marks.map((mark) => [mark.x, bottom] as const)]);
  const visible = series.map((line) => line.points.filter(([across, up]) => plane.shows(across, up)));
  const looks = seriesLooks(series.map(({ label }) => label));
  const image = picture({ id, title, description: caption, height: PLANE_HEIGHT }, [
    plane.axes,
    stretched(
      PLANE_HEIGHT,
      visible.map((line, index) => curve(line, looks[index] ?? '', plane)),
    ),
    ...visible.flatMap((line, index) => dots(line, looks[index] ?? '', plane)),
    ...drawMarks(
      marks.filter((mark) => plane.shows(mark.x, bottom)),
      plane,
    ),
  ]);
  const names = legend(series.map(({ label }, index) => ({ label, look: looks[index] ?? '', sample: 'line' })));
  return markup`${names}<div class="plane">${image}</div>\n`;
}
