import { present } from '@onnx-compress/graph';
import type { Context } from '../context.js';
import type { ReportProgress } from './track-progress.js';

/** Where one phase lies in the progress of the whole, in the unit of the shares. */
interface Stretch {
  readonly name: string;
  readonly before: number;
  readonly share: number;
  readonly total: number;
}

function progressOf(work: Pick<Context, 'progress'>, { name, before, share, total }: Stretch): ReportProgress {
  return (done, ownTotal, label) => {
    const part = ownTotal > 0 ? Math.min(1, Math.max(0, done / ownTotal)) : 0;
    work.progress(before + share * part, total, label === undefined ? name : `${name}: ${label}`);
  };
}

/**
 * Divides the progress of a step among phases that run one after the other. Each counts in units of its own; the step
 * as a whole has one total, which is the sum of the shares. A phase can be divided again.
 *
 * @param shares how long each phase takes compared to the others, in their order; a phase that is not run takes 0
 * @returns gives the context of a phase, by its name, which goes before the labels
 * @example
 * const phase = dividedProgress(context, { scores: 3, repair: 2 });
 * await scoreGroups(model, prunable, criterion, phase('scores'));
 * await repairModel(damaged, phase('repair'));
 */
export function dividedProgress<Name extends string, Work extends Pick<Context, 'progress'>>(
  work: Work,
  shares: Readonly<Record<Name, number>>,
): (name: Name) => Work {
  const entries = Object.entries<number>(shares);
  const total = entries.reduce((sum, [, share]) => sum + share, 0);
  const phases = new Map<string, Work>();
  let before = 0;
  for (const [name, share] of entries) {
    phases.set(name, { ...work, progress: progressOf(work, { name, before, share, total }) });
    before += share;
  }
  return (name) => present(phases.get(name), `phase ${name}`);
}
