import type { IntervalFigure } from '@onnx-compress/core';
import type { MeasureReport, RatioRecord } from '../../measure/measure-report.js';
import { drawFigure } from '../charts/draw-figure.js';
import { METRIC_WORDS } from '../page/words.js';
import type { MeasureSection } from './measure-section.js';

type Rows = IntervalFigure['rows'];

function row(label: string, ratio: RatioRecord | undefined): Rows {
  if (ratio === undefined) return [];
  const [low, high] = ratio.interval;
  return [{ label, value: ratio.ratio, low, high, note: ratio.verdict }];
}

function rowsOf({ cases, selfCheck }: MeasureReport): Rows {
  return [
    ...row('the model against itself', selfCheck),
    ...cases.flatMap(({ label, cpu, latency }) => [
      ...row(`${label}, ${METRIC_WORDS.cpu}`, cpu),
      ...row(`${label}, ${METRIC_WORDS.latency}`, latency),
    ]),
  ];
}

/** Ratios with their intervals, and the machine's own noise where it was measured. */
export const comparison: MeasureSection = {
  id: 'comparison',
  title: 'Comparison',
  render: (report) => {
    const rows = rowsOf(report);
    if (rows.length === 0) return undefined;
    const figure: IntervalFigure = {
      kind: 'intervals',
      title: 'Ratios with their intervals',
      caption: `Time before divided by time after: right of 1 the measured model is faster. ${METRIC_WORDS[report.settings.metric]} decides.`,
      axis: { label: 'ratio before / after', unit: 'factor' },
      margin: report.settings.margin,
      rows,
    };
    return drawFigure(figure, 'ratios');
  },
};
