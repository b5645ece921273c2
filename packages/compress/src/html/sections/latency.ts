import type { IntervalFigure } from '@onnx-compress/core';
import { formatNumberOf } from '../../render/quantities.js';
import type { LatencyRecord, Report } from '../../report/report.js';
import { drawFigure } from '../charts/draw-figure.js';
import { formatQuantity } from '../charts/quantity.js';
import { markup } from '../page/markup.js';
import { drawFacts } from '../page/records.js';
import { fileName, METRIC_WORDS } from '../page/words.js';
import type { ReportSection, ReportSubject } from './subject.js';

function row({ latency, output }: Report, name: string): IntervalFigure['rows'] {
  if (latency === undefined) return [];
  const { speedup, interval, verdict } = latency;
  return [
    {
      label: output.path === null ? name : fileName(output.path),
      value: speedup,
      low: interval[0],
      high: interval[1],
      note: verdict,
    },
  ];
}

function forest({ report, candidates }: ReportSubject, { metric, margin }: LatencyRecord): IntervalFigure {
  return {
    kind: 'intervals',
    title: 'Speedup with its interval',
    caption:
      'Time of the original divided by time of the result. Right of 1 the result is faster; faster or slower is said where the interval leaves out 1 and the difference is beyond the band.',
    axis: { label: `speedup by ${METRIC_WORDS[metric]}`, unit: 'factor' },
    margin,
    rows: [
      ...row(report, 'this result'),
      ...candidates.flatMap((other, index) => row(other, `candidate ${index + 1}`)),
    ],
  };
}

/** Whether the result is faster, and how sure that is. */
export const latency: ReportSection = {
  id: 'latency',
  title: 'Latency',
  render: (subject) => {
    const record = subject.report.latency;
    if (record === undefined) return undefined;
    const facts = drawFacts([
      ['before', formatQuantity(record.beforeMs, 'milliseconds')],
      ['after', formatQuantity(record.afterMs, 'milliseconds')],
      ['measured', `${formatNumberOf(record.runs, 'alternating pair')}, ${formatNumberOf(record.threads, 'thread')}`],
      ['decided by', METRIC_WORDS[record.metric]],
    ]);
    return markup`${facts}${drawFigure(forest(subject, record), 'speedup')}`;
  },
};
