import type { LineFigure } from '@onnx-compress/core';
import type { MeasuredCase, MeasuredRun, MeasureReport } from '../../measure/measure-report.js';
import { drawFigures } from '../charts/draw-figure.js';
import { METRIC_WORDS } from '../page/words.js';
import type { MeasureSection } from './measure-section.js';

function series(label: string, runs: readonly MeasuredRun[], read: (run: MeasuredRun) => number | undefined) {
  const points = runs.flatMap((run, index) => {
    const value = read(run);
    return value === undefined ? [] : [[index + 1, value] as const];
  });
  return { label, points };
}

const x = { label: 'run', unit: 'count' } as const;

function ratios({ label, runs }: MeasuredCase): LineFigure {
  return {
    kind: 'lines',
    title: `Ratio of each run at ${label}`,
    caption: 'Time before divided by time after. The median of the runs counts; one far from the others was disturbed.',
    x,
    y: { label: 'ratio before / after', unit: 'factor' },
    series: [
      series(METRIC_WORDS.cpu, runs, ({ cpuRatio }) => cpuRatio),
      series(METRIC_WORDS.latency, runs, ({ latencyRatio }) => latencyRatio),
    ],
  };
}

function times({ label, runs }: MeasuredCase): LineFigure {
  return {
    kind: 'lines',
    title: `Time of each run at ${label}`,
    caption: 'Median of one inference. A run far from the others was disturbed.',
    x,
    y: { label: 'time', unit: 'milliseconds' },
    series: [
      series(METRIC_WORDS.cpu, runs, ({ after }) => after.cpuMs),
      series(METRIC_WORDS.latency, runs, ({ after }) => after.latencyMs),
    ],
  };
}

/** The single runs: how far the machine let them agree. */
export const runs: MeasureSection = {
  id: 'runs',
  title: 'Runs',
  render: ({ before, cases }: MeasureReport) => drawFigures(cases.map(before === undefined ? times : ratios), 'runs'),
};
