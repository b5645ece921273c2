import type { BarFigure } from '@onnx-compress/core';
import type { MeasureReport, NodeTime } from '../../measure/measure-report.js';
import { drawFigures } from '../charts/draw-figure.js';
import type { MeasureSection } from './measure-section.js';

const labelOf = ({ node, opType }: NodeTime) => node ?? `${opType} (added by onnxruntime)`;

function bars({ before, nodeTimes = [] }: MeasureReport): readonly BarFigure[] {
  const compared = before?.profile !== undefined;
  const rows = nodeTimes.map((time) => ({
    label: labelOf(time),
    values: compared ? [time.before ?? null, time.after ?? null] : [time.after ?? null],
  }));
  if (rows.length === 0) return [];
  const caption = 'By the profile of onnxruntime, on one thread; nodes that were fused into another are left out.';
  return [
    {
      kind: 'bars',
      title: 'Time of each layer',
      caption,
      unit: 'milliseconds',
      series: compared ? ['before', 'after'] : ['time'],
      rows,
    },
  ];
}

/** Where the time of one inference goes. */
export const layerTimes: MeasureSection = {
  id: 'layers',
  title: 'Layers',
  render: (report) => drawFigures(bars(report), 'layer-times'),
};
