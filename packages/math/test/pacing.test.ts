import { describe, expect, it } from '@jest/globals';
import { packPiece } from '../src/bit-packing.js';
import { channelStatistics } from '../src/channel-statistics.js';
import { kMeans } from '../src/k-means.js';
import { channelLayout } from '../src/layout.js';
import { inRanges, type Pause } from '../src/linear-algebra/pacing.js';
import { nearestEntries, squaredErrors, tableEntries } from '../src/scaled-tables.js';
import { sortValues } from '../src/sorted-values.js';
import { leastSquaresScales, leastSquaresTable } from '../src/table-least-squares.js';
import { ternaryScale } from '../src/ternary-scale.js';
import { pausesOf } from './counted-pauses.js';

/** Numbers after which there is a pause at the latest, where the clock asks for one. */
const AT_MOST = 2 ** 17;

const DIMS = [512, 2048];
const COUNT = 512 * 2048;
const values = Float32Array.from({ length: COUNT }, (_, index) => Math.sin(index * 12.9898));
const indices = Uint8Array.from({ length: COUNT }, (_, index) => index % 4);
const byRow = channelLayout(DIMS, 0);
const byColumn = channelLayout(DIMS, 1);
const shared = (channels: number) => {
  return { tables: Float32Array.of(-1, -0.3, 0.3, 1), size: 4, scales: new Float32Array(channels).fill(0.5) };
};
const own = (channels: number) => {
  const tables = Float32Array.from({ length: 4 * channels }, (_, index) => (index % 4) / 2 - 0.75);
  return { tables, size: 4, scales: undefined };
};
const sorted = await sortValues(
  values.map((value) => Math.abs(value)),
  async () => {},
);

const WORK: Readonly<Record<string, (pause: Pause) => Promise<unknown>>> = {
  'nearest entries of a shared table, by row': (pause) => nearestEntries(values, byRow, shared(512), pause),
  'nearest entries of a shared table, by column': (pause) => nearestEntries(values, byColumn, shared(2048), pause),
  'nearest entries of own tables, by row': (pause) => nearestEntries(values, byRow, own(512), pause),
  'nearest entries of own tables, by column': (pause) => nearestEntries(values, byColumn, own(2048), pause),
  'entries of tables': (pause) => tableEntries(indices, byColumn, own(2048), pause),
  'squared errors': (pause) => squaredErrors(values, byRow, shared(512), pause),
  'scales by least squares': (pause) => leastSquaresScales({ values, indices, layout: byRow }, shared(512), pause),
  'a table by least squares': (pause) => leastSquaresTable({ values, indices, layout: byRow }, shared(512), pause),
  'statistics of channels': (pause) => channelStatistics(values, byColumn, pause),
  'sorted values': (pause) => sortValues(values, pause),
  'a ternary scale': (pause) => ternaryScale(sorted, pause),
};

describe('work on many numbers', () => {
  it.each(Object.entries(WORK))('pauses often: %s', async (_, work) => {
    expect(await pausesOf(work)).toBeGreaterThanOrEqual(COUNT / AT_MOST);
  });

  it('pauses for every few bytes that are packed', async () => {
    const pauses = await pausesOf((pause) => packPiece(indices, { width: 2, shift: 0 }, pause));
    expect(pauses).toBeGreaterThanOrEqual(COUNT / 4 / AT_MOST);
  });

  it('pauses for every cluster more', async () => {
    const points = {
      values: Float64Array.from(values.subarray(0, 1000)).sort(),
      weights: new Float64Array(1000).fill(1),
    };
    expect(await pausesOf((pause) => kMeans(points, 20, pause))).toBe(19);
  });

  it.each(Object.entries(WORK))('ends where the pause throws: %s', async (_, work) => {
    const stop = new Error('stop');
    let calls = 0;
    const stopped = pausesOf(() =>
      work(async () => {
        calls++;
        throw stop;
      }),
    );
    await expect(stopped).rejects.toBe(stop);
    expect(calls).toBe(1);
  });

  it('does not pause where no time has passed', async () => {
    expect(await pausesOf((pause) => inRanges(COUNT, () => {}, pause), 0)).toBe(0);
  });

  it('takes every number once, in order', async () => {
    const taken: number[] = [];
    const length = 2 ** 17 + 5;
    await inRanges(
      length,
      (from, to) => taken.push(from, to),
      async () => {},
    );
    expect(taken).toEqual([0, 2 ** 16, 2 ** 16, 2 ** 17, 2 ** 17, length]);
  });
});
