import type { Axis, Figure } from '@onnx-compress/core';
import type { FrontPoint } from '@onnx-compress/math';
import type { Assigned } from './compose.js';
import type { Problem } from './problem.js';
import type { Sensitivities } from './sensitivity/sensitivities.js';

/** Points of a front that a report lists, at most, spread evenly. */
const MOST_POINTS = 60;

/** The noise of outputs as a signal-to-noise ratio, 200 dB at most. */
export const snrOf = (noise: number): number => (noise <= 0 ? 200 : Math.min(200, -10 * Math.log10(noise)));

/** Some of the points, the first and the last among them. */
export function thinnedFront(points: readonly FrontPoint[]): readonly FrontPoint[] {
  if (points.length <= MOST_POINTS) return points;
  const step = (points.length - 1) / (MOST_POINTS - 1);
  const taken = new Set(Array.from({ length: MOST_POINTS }, (_, index) => Math.round(index * step)));
  return points.filter((_, index) => taken.has(index));
}

/** What is limited, as an axis. */
const AXES: Readonly<Record<Problem['unit'], Axis>> = {
  bytes: { label: 'file size', unit: 'bytes' },
  bops: { label: 'bit operations', unit: 'count' },
  ms: { label: 'time by layers', unit: 'milliseconds' },
};

/** What is spent, and how near the outputs are, by the sum of what the layers lose alone. */
export function frontFigure(
  points: readonly FrontPoint[],
  chosen: number,
  unit: Problem['unit'],
  by: Sensitivities['by'],
): Figure {
  return {
    kind: 'lines',
    title: 'Best assignments of formats to layers',
    caption:
      by === 'output'
        ? 'Signal-to-noise ratio of the outputs, predicted from what each layer alone does to them on samples.'
        : 'Signal-to-noise ratio predicted from the layers alone, without running the model: it ranks assignments.',
    x: AXES[unit],
    y: { label: 'predicted SNR', unit: 'decibel' },
    series: [{ label: 'best for its cost', points: points.map(({ cost, loss }) => [cost, snrOf(loss)] as const) }],
    marks: [{ label: 'chosen', x: chosen }],
  };
}

/** The format of each layer, and what part of all noise comes from it. */
export function formatTable(assigned: Assigned): Figure {
  const noise = assigned.reduce((sum, { choice }) => sum + choice.noise, 0);
  return {
    kind: 'table',
    title: 'Format of each layer',
    caption: 'Layers that share a weight have one format. The noise is the part of the predicted noise of the outputs.',
    columns: [
      { label: 'layer', unit: 'text' },
      { label: 'format', unit: 'text' },
      { label: 'bytes saved', unit: 'bytes' },
      { label: 'noise', unit: 'part' },
    ],
    rows: assigned.map(({ labels, choice }) => {
      return [labels.join(', '), choice.format.name, -choice.bytes, noise > 0 ? choice.noise / noise : 0];
    }),
  };
}
