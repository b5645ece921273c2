import type { ScatterFigure } from '@onnx-compress/core';
import type { Report } from '../../report/report.js';
import { drawFigure } from '../charts/draw-figure.js';
import { paretoFront } from './pareto-front.js';
import type { ReportSection, ReportSubject } from './subject.js';

interface Candidate {
  readonly label: string;
  readonly x: number;
  readonly y: number;
  readonly reference?: boolean;
}

/** Names a candidate by what was asked for: `prune l1:0.4, quant int8-per-channel`. */
function nameOf({ steps, unchanged }: Report): string {
  const specs = steps.filter(({ family }) => family !== 'cleanup').map(({ family, spec }) => `${family} ${spec}`);
  return specs.length === 0 ? (unchanged ? 'unchanged' : 'cleanup only') : specs.join(', ');
}

function pointOf(report: Report): readonly Candidate[] {
  const { cosine } = report.verification;
  return cosine === null ? [] : [{ label: nameOf(report), x: report.after.fileBytes, y: cosine }];
}

function figureOf({ report, candidates }: ReportSubject): ScatterFigure {
  const original = { label: 'original', x: report.before.fileBytes, y: 1, reference: true };
  const points = [original, ...[report, ...candidates].flatMap(pointOf)];
  return {
    kind: 'scatter',
    title: 'Size against fidelity',
    caption: 'Left is smaller, up is more like the original. The line joins the results that no other beats on both.',
    x: { label: 'file size', unit: 'bytes' },
    y: { label: 'cosine of the worst output', unit: 'plain' },
    points: paretoFront(points),
  };
}

/** This result among others for the same input. */
export const candidates: ReportSection = {
  id: 'candidates',
  title: 'Candidates',
  render: (subject) => (subject.candidates.length === 0 ? undefined : drawFigure(figureOf(subject), 'pareto')),
};
