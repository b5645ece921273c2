import type { LineFigure, TableFigure } from '@onnx-compress/core';
import { LATENCY_PARTS } from '../../measure/figures.js';
import type { MeasuredCase, MeasuredFigures, MeasureReport } from '../../measure/measure-report.js';
import { drawFigure, drawFigures } from '../charts/draw-figure.js';
import { markup } from '../page/markup.js';
import type { MeasureSection } from './measure-section.js';

const COLUMNS = ['min', 'p50', 'p90', 'p95', 'p99', 'max', 'mean'] as const;

function tableRow(label: string, { latencyMs, cpuMs, throughput }: MeasuredFigures): readonly (string | number)[] {
  return [label, ...COLUMNS.map((column) => latencyMs[column]), cpuMs, throughput];
}

function percentiles({ cases }: MeasureReport): TableFigure {
  const rows = cases.flatMap(({ label, before, after }) =>
    before === undefined
      ? [tableRow(label, after)]
      : [tableRow(`${label}, before`, before), tableRow(`${label}, after`, after)],
  );
  const times = [...COLUMNS, 'CPU time'].map((label) => ({ label, unit: 'milliseconds' as const }));
  return {
    kind: 'table',
    title: 'Latency of one inference',
    caption: 'Wall time over all inferences, its percentiles, and CPU time of all threads together.',
    columns: [{ label: 'input size', unit: 'text' }, ...times, { label: 'inferences / s', unit: 'plain' }],
    rows,
  };
}

/** Numbers that go into a run: what makes one input size larger than another. */
const volume = ({ inputs }: MeasuredCase) =>
  Object.values(inputs).reduce((sum, dims) => sum + dims.reduce((product, size) => product * size, 1), 0);

function curve(label: string, cases: readonly MeasuredCase[], of: (each: MeasuredCase) => MeasuredFigures | undefined) {
  const points = cases.flatMap((each) => {
    const figures = of(each);
    return figures === undefined ? [] : [[volume(each), figures.latencyMs.p50] as const];
  });
  return points.length === 0 ? [] : [{ label, points: points.sort(([a], [b]) => a - b) }];
}

function bySize({ cases }: MeasureReport): readonly LineFigure[] {
  if (new Set(cases.map(volume)).size < 2) return [];
  const series = [...curve('before', cases, ({ before }) => before), ...curve('after', cases, ({ after }) => after)];
  return [
    {
      kind: 'lines',
      title: 'Latency over input size',
      caption: 'Median wall time of one inference.',
      x: { label: 'numbers in the inputs', unit: 'count', scale: 'logarithmic' },
      y: { label: 'latency', unit: 'milliseconds', scale: 'logarithmic' },
      series,
    },
  ];
}

function share(label: string, { latencyQuantiles }: MeasuredFigures) {
  const points = latencyQuantiles.map((latency, index) => [latency, LATENCY_PARTS[index] ?? 1] as const);
  return { label, points: points.slice(0, -1) };
}

function distribution({ label, before, after }: MeasuredCase): LineFigure {
  return {
    kind: 'lines',
    title: `Latencies at ${label}`,
    caption: 'The part of the inferences that took no longer; steep is steady. The slowest 2.5 % are left out.',
    x: { label: 'latency', unit: 'milliseconds' },
    y: { label: 'part of the inferences', unit: 'part' },
    series: before === undefined ? [share('measured', after)] : [share('before', before), share('after', after)],
  };
}

/** How long one inference takes, by input size. */
export const latencies: MeasureSection = {
  id: 'latencies',
  title: 'Latency',
  render: (report) =>
    markup`${drawFigure(percentiles(report), 'percentiles')}${drawFigures(bySize(report), 'latency-curve')}${drawFigures(report.cases.map(distribution), 'latency-distribution')}`,
};
