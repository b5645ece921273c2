import { CancelledError } from '../errors.js';
import { toCompressError } from '../to-compress-error.js';
import type { CompressEvent, ProgressStep, StepOutcome } from './events.js';

/** Reports that `done` of `total` units are finished; the shape of `Context.progress`. */
export type ReportProgress = (done: number, total: number, label?: string) => void;

/**
 * Runs a piece of work and tells the listener about it under the promises of `CompressEvent`. Sloppy reports are
 * mended, since a wrong progress line is no reason to fail a compression: the first total stays, `done` is kept
 * between its last value and the total, repetitions and reports after the end are dropped.
 *
 * @returns what the work returns; its error is passed on after `step-end`
 */
export async function trackProgress<T>(
  step: ProgressStep,
  emit: (event: CompressEvent) => void,
  work: (report: ReportProgress) => Promise<T>,
): Promise<T> {
  const tracker = new ProgressTracker(step, emit);
  emit({ type: 'step-start', step });
  try {
    const result = await work((done, total, label) => tracker.report(done, total, label));
    tracker.end('done');
    return result;
  } catch (error) {
    tracker.end(toCompressError(error) instanceof CancelledError ? 'cancelled' : 'failed');
    throw error;
  }
}

class ProgressTracker {
  private last: { readonly done: number; readonly label: string | undefined } | undefined;
  private total: number | undefined;
  private open = true;

  constructor(
    private readonly step: ProgressStep,
    private readonly emit: (event: CompressEvent) => void,
  ) {}

  report(done: number, total: number, label: string | undefined): void {
    if (!this.open || !Number.isFinite(done) || !Number.isFinite(total)) return;
    this.total ??= Math.max(0, total);
    const mended = Math.min(this.total, Math.max(done, this.last?.done ?? 0));
    if (this.last?.done === mended && this.last.label === label) return;
    this.last = { done: mended, label };
    this.emit({ type: 'step-progress', step: this.step, done: mended, total: this.total, label });
  }

  end(outcome: StepOutcome): void {
    if (!this.open) return;
    if (outcome === 'done' && this.total !== undefined) this.report(this.total, this.total, this.last?.label);
    this.open = false;
    this.emit({ type: 'step-end', step: this.step, outcome });
  }
}
