import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CancelledError } from '../src/errors.js';
import type { CompressEvent } from '../src/run/events.js';
import { type ReportProgress, trackProgress } from '../src/run/track-progress.js';

const step = { name: 'prune l1', index: 0, count: 2 };

async function eventsOf(work: (report: ReportProgress) => Promise<unknown>): Promise<CompressEvent[]> {
  const events: CompressEvent[] = [];
  await trackProgress(step, (event) => events.push(event), work).catch(() => undefined);
  return events;
}

const lines = (events: readonly CompressEvent[]): string[] =>
  events.map((event) => {
    if (event.type === 'step-progress') return `${event.done}/${event.total} ${event.label ?? ''}`.trim();
    return event.type === 'step-end' ? `end ${event.outcome}` : event.type;
  });

describe('trackProgress', () => {
  it('pairs start and end and passes the result on', async () => {
    const events: CompressEvent[] = [];
    await expect(
      trackProgress(
        step,
        (event) => events.push(event),
        async () => 42,
      ),
    ).resolves.toBe(42);
    expect(events).toEqual([
      { type: 'step-start', step },
      { type: 'step-end', step, outcome: 'done' },
    ]);
  });

  it('mends reports that fall, overshoot, change the total, repeat or are not numbers', async () => {
    const events = await eventsOf(async (report) => {
      report(1, 4, 'a');
      report(1, 4, 'a');
      report(3, 8, 'b');
      report(2, 4, 'c');
      report(Number.NaN, 4);
      report(9, 4, 'd');
    });
    expect(lines(events)).toEqual(['step-start', '1/4 a', '3/4 b', '3/4 c', '4/4 d', 'end done']);
  });

  it('completes a step that stopped reporting early', async () => {
    expect(lines(await eventsOf(async (report) => report(1, 4, 'a')))).toEqual([
      'step-start',
      '1/4 a',
      '4/4 a',
      'end done',
    ]);
  });

  it('ends a failed step without completing it and passes the error on', async () => {
    const failure = new Error('broken');
    const work = async (report: ReportProgress) => {
      report(1, 4);
      throw failure;
    };
    expect(lines(await eventsOf(work))).toEqual(['step-start', '1/4', 'end failed']);
    await expect(trackProgress(step, () => undefined, work)).rejects.toBe(failure);
  });

  it.each([new CancelledError('CANCELLED', 'Cancelled.'), AbortSignal.abort().reason])(
    'tells a cancelled step from a failed one: %s',
    async (reason) => {
      expect(lines(await eventsOf(() => Promise.reject(reason)))).toEqual(['step-start', 'end cancelled']);
    },
  );

  it('drops reports after the end', async () => {
    let late: ReportProgress = () => undefined;
    const events = await eventsOf(async (report) => {
      late = report;
    });
    late(1, 2);
    expect(lines(events)).toEqual(['step-start', 'end done']);
  });

  it('keeps its promises whatever is reported', async () => {
    const report = fc.tuple(fc.double(), fc.double());
    await fc.assert(
      fc.asyncProperty(fc.array(report), fc.boolean(), async (reports, fails) => {
        const events = await eventsOf(async (tell) => {
          for (const [done, total] of reports) tell(done, total);
          if (fails) throw new Error('broken');
        });
        const progress = events.flatMap((event) => (event.type === 'step-progress' ? [event] : []));
        expect(events.map(({ type }) => type)).toEqual([
          'step-start',
          ...progress.map(() => 'step-progress'),
          'step-end',
        ]);
        expect(new Set(progress.map(({ total }) => total)).size).toBeLessThanOrEqual(1);
        const done = progress.map((event) => event.done);
        expect(done).toEqual([...done].sort((first, second) => first - second));
        const last = progress.at(-1);
        if (last !== undefined && !fails) expect(last.done).toBe(last.total);
        expect(progress.every((event) => event.done >= 0 && event.done <= event.total)).toBe(true);
      }),
    );
  });
});
