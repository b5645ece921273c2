import type { ScatterFigure } from '@onnx-compress/core';
import { type Markup, markup } from '../page/markup.js';
import { percent, pixels } from './label.js';
import { legend } from './legend.js';
import { picture, stretched } from './picture.js';
import { PLANE_HEIGHT, type Plane, planeOf } from './plane.js';

/** Width for which numbers of points are kept apart: the narrowest plot, in pixels. */
const NARROWEST = 200;

type Point = ScatterFigure['points'][number];

interface Placed {
  readonly point: Point;
  readonly number: number;
  readonly x: number;
  readonly y: number;
  /** Where its number stands. */
  readonly labelY: number;
}

const collides = (x: number, y: number, other: Placed) =>
  Math.abs(x - other.x) * NARROWEST < 18 && Math.abs(y - other.labelY) < 13;

/** Puts the number of each point above it, higher where another number is in the way. */
function placed(points: readonly Point[], plane: Plane): readonly Placed[] {
  const places: Placed[] = [];
  for (const [index, point] of points.entries()) {
    const x = plane.x(point.x);
    const y = plane.y(point.y);
    let labelY = y - 11;
    while (places.some((other) => collides(x, labelY, other))) labelY -= 13;
    places.push({ point, number: index + 1, x, y, labelY });
  }
  return places;
}

function drawPoint({ point, number, x, y, labelY }: Placed): Markup {
  const across = percent(x);
  const ring = point.reference === true ? markup`<circle class="ring" cx="${across}" cy="${y}" r="9"/>` : undefined;
  const look = point.front === true ? 'point best' : 'point';
  return markup`<g><title>${point.label}</title>${ring}<circle class="${look}" cx="${across}" cy="${y}" r="5"/><text class="middle strong" x="${across}" y="${pixels(labelY)}">${number}</text></g>\n`;
}

function front(places: readonly Placed[]): Markup {
  const best = places.filter(({ point }) => point.front === true).sort((a, b) => a.x - b.x);
  const points = best.map(({ x, y }) => `${pixels(x * 1000) / 10} ${pixels((y / PLANE_HEIGHT) * 1000) / 10}`);
  return markup`<polyline class="front" points="${points.join(' ')}"/>`;
}

function names(points: readonly Point[]): Markup {
  return markup`<ol class="key">${points.map(({ label }) => markup`<li>${label}</li>`)}</ol>\n`;
}

/** Numbered points in a plane with their names below; the best joined by a line, the reference in a ring. */
export function drawScatter(figure: ScatterFigure, id: string): Markup {
  const { title, caption, x, y } = figure;
  const plane = planeOf(
    x,
    y,
    figure.points.map((point) => [point.x, point.y] as const),
  );
  const points = figure.points.filter((point) => plane.shows(point.x, point.y));
  const places = placed(points, plane);
  const image = picture({ id, title, description: caption, height: PLANE_HEIGHT }, [
    plane.axes,
    stretched(PLANE_HEIGHT, [front(places)]),
    ...places.map(drawPoint),
  ]);
  const signs = legend([
    { label: 'none is better on both axes', look: 'sign-best', sample: 'point' },
    { label: 'another is', look: 'sign-point', sample: 'point' },
    { label: 'original', look: 'sign-ring', sample: 'ring' },
  ]);
  return markup`${signs}<div class="plane scatter">${image}</div>\n${names(points)}`;
}
