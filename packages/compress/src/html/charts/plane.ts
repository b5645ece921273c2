import type { Axis } from '@onnx-compress/core';
import { type Markup, markup } from '../page/markup.js';
import { percent, pixels } from './label.js';
import { formatQuantity } from './quantity.js';
import { type Scale, scaleOf } from './scale.js';

/** Height of the area between the axes, in pixels. */
export const PLANE_HEIGHT = 240;

/** The area between two axes. */
export interface Plane {
  readonly axes: Markup;
  /** Part of the width, 0 to 1. */
  readonly x: (value: number) => number;
  /** Pixels from the top. */
  readonly y: (value: number) => number;
  readonly shows: (x: number, y: number) => boolean;
}

function acrossTicks({ ticks, position }: Scale, axis: Axis): readonly Markup[] {
  return ticks.map((tick, index) => {
    const x = percent(position(tick));
    const name = formatQuantity(tick, axis.unit);
    const rank = index % 2 === 1 ? 'tick minor' : 'tick';
    return markup`<line class="grid" x1="${x}" x2="${x}" y1="0" y2="${PLANE_HEIGHT}"/><text class="${rank} middle" x="${x}" y="${PLANE_HEIGHT + 18}">${name}</text>`;
  });
}

function downTicks({ ticks, position }: Scale, axis: Axis): readonly Markup[] {
  return ticks.map((tick) => {
    const y = pixels(PLANE_HEIGHT * (1 - position(tick)));
    return markup`<line class="grid" x1="0" x2="100%" y1="${y}" y2="${y}"/><text class="tick end" x="-8" y="${y + 4}">${formatQuantity(tick, axis.unit)}</text>`;
  });
}

const axisName = ({ label, scale }: Axis) => (scale === 'logarithmic' ? `${label} (logarithmic)` : label);

/** Axes with round ticks over all of these points. */
export function planeOf(across: Axis, down: Axis, points: readonly (readonly [x: number, y: number])[]): Plane {
  const shown = (axis: Axis, value: number) => Number.isFinite(value) && (axis.scale !== 'logarithmic' || value > 0);
  const visible = points.filter(([x, y]) => shown(across, x) && shown(down, y));
  const xs = scaleOf(
    across,
    visible.map(([x]) => x),
    5,
  );
  const ys = scaleOf(
    down,
    visible.map(([, y]) => y),
    5,
  );
  const names = markup`<text class="axis" x="-56" y="-26">${axisName(down)}</text><text class="axis end" x="100%" y="${PLANE_HEIGHT + 38}">${axisName(across)}</text>`;
  return {
    axes: markup`${acrossTicks(xs, across)}${downTicks(ys, down)}${names}\n`,
    x: xs.position,
    y: (value) => pixels(PLANE_HEIGHT * (1 - ys.position(value))),
    shows: (x, y) => xs.shows(x) && ys.shows(y),
  };
}
