import { describe, expect, it } from '@jest/globals';

import { dividedProgress } from '../src/run/divided-progress.js';
import type { CompressEvent } from '../src/run/events.js';
import { type ReportProgress, trackProgress } from '../src/run/track-progress.js';

/** Reports as a step's context gets them. */
function recorder() {
  const reports: [done: number, total: number, label: string | undefined][] = [];
  const progress: ReportProgress = (done, total, label) => reports.push([done, total, label]);
  return { reports, progress };
}

describe('dividedProgress', () => {
  it('gives each phase the part of one total that its share is', () => {
    const { reports, progress } = recorder();
    const phase = dividedProgress({ progress }, { scores: 3, repair: 1 });
    phase('scores').progress(5, 10);
    phase('scores').progress(10, 10);
    phase('repair').progress(1, 2, 'conv1');
    phase('repair').progress(2, 2, 'conv2');
    expect(reports).toEqual([
      [1.5, 4, 'scores'],
      [3, 4, 'scores'],
      [3.5, 4, 'repair: conv1'],
      [4, 4, 'repair: conv2'],
    ]);
  });

  it('keeps what else the work holds', () => {
    const work = { progress: recorder().progress, seed: 7 };
    expect(dividedProgress(work, { only: 1 })('only').seed).toBe(7);
  });

  it('lets phases be divided again', () => {
    const { reports, progress } = recorder();
    const phase = dividedProgress({ progress }, { rounds: 2, repair: 2 });
    const round = dividedProgress(phase('rounds'), { first: 1, second: 1 });
    round('second').progress(1, 2);
    expect(reports).toEqual([[1.5, 4, 'rounds: second']]);
  });

  it('keeps a phase within its share, whatever that reports', () => {
    const { reports, progress } = recorder();
    const phase = dividedProgress({ progress }, { scores: 3, repair: 1 });
    phase('scores').progress(12, 10);
    phase('repair').progress(-1, 10);
    phase('repair').progress(0, 0);
    expect(reports.map(([done]) => done)).toEqual([3, 3, 3]);
  });

  it('refuses a phase that was not announced', () => {
    const shares: Record<string, number> = { scores: 1 };
    expect(() => dividedProgress(recorder(), shares)('repair')).toThrow('phase repair');
  });

  it('keeps the promises about progress where phases count in different units', async () => {
    const events: CompressEvent[] = [];
    const step = { name: 'prune obs', index: 0, count: 1 };
    await trackProgress(
      step,
      (event) => events.push(event),
      async (progress) => {
        const phase = dividedProgress({ progress }, { scores: 1, allocation: 0, repair: 1 });
        for (let done = 0; done <= 250; done += 50) phase('scores').progress(done, 250);
        for (let done = 0; done <= 3; done++) phase('repair').progress(done, 3);
      },
    );
    const reports = events.flatMap((event) => (event.type === 'step-progress' ? [event] : []));
    const done = reports.map((report) => report.done);
    expect(new Set(reports.map(({ total }) => total))).toEqual(new Set([2]));
    expect(done).toEqual([...done].sort((left, right) => left - right));
    expect(done.at(-1)).toBe(2);
  });
});
