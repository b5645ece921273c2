import { drawFigures } from '../charts/draw-figure.js';
import type { ReportSection } from './subject.js';

/** Pictures of the whole run, such as histograms of weights. */
export const figures: ReportSection = {
  id: 'figures',
  title: 'Weights',
  render: ({ report }) => drawFigures(report.figures ?? [], 'figure'),
};
