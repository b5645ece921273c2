import { describe, expect, it } from '@jest/globals';
import { ProgressPrinter } from '../src/output/progress.js';
import { timeLeft } from '../src/output/time-left.js';

const step = { name: 'prune obs:0.3', index: 0, count: 1 };

/** The live lines of a terminal while half of a step takes `seconds`. */
function linesAfter(seconds: number): readonly string[] {
  const written: string[] = [];
  let now = 1000;
  const stream = { isTTY: true, columns: 60, write: (text: string) => written.push(text) };
  const printer = new ProgressPrinter(stream, 'normal', () => now);
  printer.listen({ type: 'step-start', step });
  now += seconds * 1000;
  printer.listen({ type: 'step-progress', step, done: 2, total: 4, label: 'repair: conv3' });
  return written.map((text) => text.replace('\r\u001B[2K', ''));
}

describe('the live line', () => {
  it('says how far a step is, and how long it will still take once that can be told', () => {
    expect(linesAfter(1)).toEqual(['prune obs:0.3', 'prune obs:0.3 50 % repair: conv3']);
    expect(linesAfter(30)).toEqual(['prune obs:0.3', 'prune obs:0.3 50 % 30 s left repair: conv3']);
  });
});

describe('the time left', () => {
  it('follows from the time so far and the part that is done', () => {
    expect(timeLeft(10_000, 0.2)).toBe('40 s left');
    expect(timeLeft(60_000, 0.25)).toBe('3 min left');
  });

  it('is not told before there is anything to tell it from, nor at the end', () => {
    expect(timeLeft(1000, 0.5)).toBeUndefined();
    expect(timeLeft(10_000, 0)).toBeUndefined();
    expect(timeLeft(10_000, 1)).toBeUndefined();
    expect(timeLeft(10_000, 0.99)).toBeUndefined();
  });
});
