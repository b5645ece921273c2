import { describe, expect, it } from '@jest/globals';
import { channelLayout, wholeTensor } from '../src/layout.js';
import { nearestEntries, tableEntries } from '../src/scaled-tables.js';
import { leastSquaresScales, leastSquaresTable } from '../src/table-least-squares.js';

const COUNT = 240;
const values = Float32Array.from({ length: COUNT }, (_, i) => Math.sin(i * 12.9898) * (1 + (i % 5)));
const tables = Float32Array.of(-1, -0.4, 0, 0.3, 1);
const LAYOUTS = [channelLayout([6, 40], 0), channelLayout([40, 6], 1), channelLayout([5, 6, 8], 1)];
const scales = Float32Array.of(1, 2, 3, 4, 5, 0.5);

const pause = async () => {};

const energy = async (
  layout: (typeof LAYOUTS)[number],
  parameters: Parameters<typeof nearestEntries>[2],
  indices: Uint8Array,
) => {
  const entries = await tableEntries(indices, layout, parameters, pause);
  return entries.reduce((sum, entry, i) => sum + ((values[i] ?? 0) - entry) ** 2, 0);
};

describe('entries of scaled tables', () => {
  it.each(LAYOUTS)('are the nearest ones, in layout %j', async (layout) => {
    const parameters = { tables, size: tables.length, scales };
    const indices = await nearestEntries(values, layout, parameters, pause);
    const restored = await tableEntries(indices, layout, parameters, pause);
    for (const [i, value] of values.entries()) {
      const scale = scales[Math.floor(i / layout.inner) % layout.channels] ?? 1;
      const least = Math.min(...[...tables].map((entry) => Math.abs(value - entry * scale)));
      expect(Math.abs(value - (restored[i] ?? 0))).toBeCloseTo(least, 5);
      expect(restored[i]).toBe(Math.fround((tables[indices[i] ?? 0] ?? 0) * scale));
    }
  });

  it('come from the table of their channel where each has one', async () => {
    const parameters = { tables: Float32Array.of(-1, 1, 5, 6), size: 2, scales: undefined };
    const indices = await nearestEntries(
      Float32Array.of(0.9, 0.9, -3, 5.6),
      channelLayout([2, 2], 1),
      parameters,
      pause,
    );
    expect(indices).toEqual(Uint8Array.of(1, 0, 0, 1));
    expect(await tableEntries(indices, channelLayout([2, 2], 1), parameters, pause)).toEqual(
      Float32Array.of(1, 5, -1, 6),
    );
  });

  it('are the upper ones in the middle between two', async () => {
    const parameters = { tables: Float32Array.of(0, 1), size: 2, scales: undefined };
    expect(await nearestEntries(Float32Array.of(0.5, 0.49), wholeTensor(2), parameters, pause)).toEqual(
      Uint8Array.of(1, 0),
    );
  });

  it.each(LAYOUTS)('lose less with scales or entries fitted in least squares, in layout %j', async (layout) => {
    const parameters = { tables, size: tables.length, scales };
    const indices = await nearestEntries(values, layout, parameters, pause);
    const before = await energy(layout, parameters, indices);
    const scaled = { ...parameters, scales: await leastSquaresScales({ values, indices, layout }, parameters, pause) };
    expect(await energy(layout, scaled, indices)).toBeLessThan(before);
    const fitted = { ...parameters, tables: await leastSquaresTable({ values, indices, layout }, parameters, pause) };
    expect(await energy(layout, fitted, indices)).toBeLessThan(before);
    for (const factor of [0.999, 1.001]) {
      const other = { ...scaled, scales: scaled.scales.map((scale) => scale * factor) };
      expect(await energy(layout, other, indices)).toBeGreaterThan(await energy(layout, scaled, indices));
    }
  });

  it('keep the scale of a channel of zeros, and an entry that none is near', async () => {
    const parameters = { tables: Float32Array.of(0, 1, 100), size: 3, scales: Float32Array.of(2, 3) };
    const zeros = Float32Array.of(0, 0, 3, 3.3);
    const indices = await nearestEntries(zeros, channelLayout([2, 2], 0), parameters, pause);
    const chosen = { values: zeros, indices, layout: channelLayout([2, 2], 0) };
    expect((await leastSquaresScales(chosen, parameters, pause))[0]).toBe(2);
    expect((await leastSquaresTable(chosen, parameters, pause))[2]).toBe(100);
  });
});
