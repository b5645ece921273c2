import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Group } from '../src/groups/group.js';
import { blockOf, unitsToKeep } from '../src/selection/channels-to-keep.js';
import { chooseUnits } from '../src/selection/choose-units.js';

const auto = (ratio: number) => ({ ratio, round: 'auto' as const, minKeep: 0.2 });

describe('unitsToKeep', () => {
  it.each([
    [64, 16],
    [63, 8],
    [32, 8],
    [31, 4],
    [16, 4],
    [15, 1],
  ])('rounds a layer of %d channels to blocks of %d', (channels, block) => {
    expect(blockOf(channels, 'auto')).toBe(block);
  });

  it.each([
    [64, 0.4, 32],
    [64, 0.375, 48],
    [80, 0.3, 64],
    [128, 0.4, 80],
    [100, 0.1, 96],
    [48, 0.5, 24],
    [20, 0.3, 16],
    [10, 0.25, 8],
    [5, 0.5, 3],
    [64, 0.95, 16],
    [100, 0.95, 32],
    [10, 0.95, 2],
    [64, 0.01, 64],
  ])('of %d channels at ratio %d keeps %d', (channels, ratio, kept) => {
    expect(unitsToKeep(channels, 1, auto(ratio))).toBe(kept);
  });

  it('follows a fixed block, and keeps a layer that is smaller than it', () => {
    expect(unitsToKeep(64, 1, { ratio: 0.4, round: 1, minKeep: 0.2 })).toBe(38);
    expect(unitsToKeep(10, 1, { ratio: 0.5, round: 16, minKeep: 0.2 })).toBe(10);
  });

  it('goes below a fifth of a layer when asked', () => {
    expect(unitsToKeep(100, 1, { ratio: 0.95, round: 1, minKeep: 0 })).toBe(5);
  });

  it('counts the block in channels where a unit stands for several', () => {
    expect(unitsToKeep(32, 4, auto(0.5))).toBe(16);
    expect(unitsToKeep(32, 2, auto(0.4))).toBe(16);
    expect(unitsToKeep(24, 3, auto(0.5))).toBe(16);
  });

  it('stays inside the layer and above its floor, whatever is asked', () => {
    const ratio = fc.double({ min: 0.001, max: 0.999, noNaN: true });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 4096 }),
        ratio,
        fc.constantFrom('auto' as const, 1, 8),
        (units, part, round) => {
          const kept = unitsToKeep(units, 1, { ratio: part, round, minKeep: 0.2 });
          expect(kept).toBeLessThanOrEqual(units);
          expect(kept).toBeGreaterThanOrEqual(Math.min(units, 0.2 * units));
          if (kept < units) expect(kept % blockOf(units, round)).toBe(0);
        },
      ),
    );
  });
});

describe('chooseUnits', () => {
  const group = (extra: Partial<Group> = {}): Group => ({
    units: [10, 20, 30, 40],
    pinned: new Map(),
    producers: [],
    channelsPerUnit: 1,
    cells: [],
    ...extra,
  });

  it('takes the lowest scores', () => {
    expect(chooseUnits(group(), Float64Array.of(3, 1, 2, 4), 2)).toEqual([20, 30]);
  });

  it('keeps the lower index among equal scores', () => {
    expect(chooseUnits(group(), Float64Array.of(1, 1, 1, 1), 2)).toEqual([40, 30]);
  });

  it('leaves pinned units alone', () => {
    const pinned = new Map([[20, 'an output']]);
    expect(chooseUnits(group({ pinned }), Float64Array.of(3, 1, 2, 4), 3)).toEqual([30, 10, 40]);
  });

  it('takes the same share from every axis, however cheap the units of one are', () => {
    const units = [...Array(8).keys()];
    const cells = [new Set(units.slice(0, 4)), new Set(units.slice(4))];
    expect(chooseUnits(group({ units, cells }), Float64Array.from(units), 4)).toEqual([0, 1, 4, 5]);
  });

  it('never empties the group or a part of it that is an axis of its own', () => {
    const cells = [new Set([10, 20]), new Set([30, 40])];
    expect(chooseUnits(group({ cells }), Float64Array.of(1, 2, 3, 4), 4)).toEqual([10, 30]);
    expect(chooseUnits(group(), Float64Array.of(1, 2, 3, 4), 4)).toEqual([10, 20, 30]);
  });
});
