import type { Report } from '../report/report.js';
import { weightHistograms } from '../report/weight-histograms.js';
import type { Job } from './job.js';
import type { FinishedStep } from './run-steps.js';

/** Steps that leave other float weights behind; those of quantized ones are drawn by the step itself. */
const changesWeights = ({ planned, result }: FinishedStep) =>
  ['prune', 'low-rank'].includes(planned.step.family) && result.changed.length > 0;

/** Pictures of a run as a whole, where a report wants them. */
export async function runFigures(
  { drawsFigures, source, signal }: Job,
  finished: readonly FinishedStep[],
): Promise<Pick<Report, 'figures'>> {
  const last = finished.findLast(changesWeights);
  if (!drawsFigures || last === undefined) return {};
  return { figures: await weightHistograms(source.model, last.model, signal) };
}
