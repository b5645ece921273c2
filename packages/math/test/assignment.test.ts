import { describe, expect, it } from '@jest/globals';
import { type AssignmentOption, assign, assignGreedily, convexFront, exactFront } from '../src/index.js';

type Items = readonly (readonly AssignmentOption[])[];

/** Seeded uniform numbers in [0, 1): "mulberry32". */
function uniform(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Items with costs of any kind, or such as layers have: bytes by bits, noise by size, steeply falling. */
function drawn(seed: number, count: number, options: number): Items {
  const next = uniform(seed);
  const isLayered = next() < 0.5;
  return Array.from({ length: count }, () => {
    const size = Math.floor(1 + 1000 * next() ** 3);
    return Array.from({ length: 1 + Math.floor(options * next()) }, (_, index) =>
      isLayered
        ? { cost: size * (index + 1) + Math.floor(20 * next()), loss: (size * (1 + next())) / 16 ** index }
        : { cost: Math.floor(100 * next()) - 20, loss: next() - 0.2 },
    );
  });
}

function eachAssignment(items: Items, visit: (cost: number, loss: number) => void): void {
  const from = (item: number, cost: number, loss: number): void => {
    const options = items[item];
    if (options === undefined) visit(cost, loss);
    else for (const option of options) from(item + 1, cost + option.cost, loss + option.loss);
  };
  from(0, 0, 0);
}

function leastLoss(items: Items, limit: number): number {
  let least = Number.POSITIVE_INFINITY;
  eachAssignment(items, (cost, loss) => {
    if (cost <= limit && loss < least) least = loss;
  });
  return least;
}

/** A limit between what the cheapest and the dearest options cost. */
function limitOf(items: Items, part: number): number {
  const sum = (pick: (...costs: number[]) => number) =>
    items.reduce((all, options) => all + pick(...options.map(({ cost }) => cost)), 0);
  return Math.floor(sum(Math.min) + part * (sum(Math.max) - sum(Math.min)));
}

const SEEDS = Array.from({ length: 60 }, (_, seed) => seed);

describe('an assignment of options within a limit', () => {
  it.each(SEEDS)('loses as little as the best of all, and never more than the greedy one (seed %i)', async (seed) => {
    const next = uniform(seed + 1000);
    const items = drawn(seed, 1 + Math.floor(next() * 9), 4);
    const limit = limitOf(items, next());
    const [best, greedy] = [await assign(items, limit), assignGreedily(items, limit)];
    expect(best?.loss).toBeCloseTo(leastLoss(items, limit), 9);
    expect(best?.bound).toBe(best?.loss);
    expect(best?.cost).toBeLessThanOrEqual(limit);
    expect(best?.loss).toBeLessThanOrEqual((greedy?.loss ?? Number.NaN) + 1e-9);
    const chosen = items.map((options, item) => options[best?.choices[item] ?? -1]);
    expect(chosen.reduce((sum, option) => sum + (option?.cost ?? Number.NaN), 0)).toBeCloseTo(best?.cost ?? 0, 9);
  });

  it.each([3, 4, 5])('is exact for 12 items too (seed %i)', async (seed) => {
    const items = drawn(seed, 12, 3);
    const limit = limitOf(items, 0.4);
    expect((await assign(items, limit))?.loss).toBeCloseTo(leastLoss(items, limit), 9);
  });

  it.each([10, 11, 12, 13])('is proven for 100 items with 4 options (seed %i)', async (seed) => {
    const next = uniform(seed);
    const items = Array.from({ length: 100 }, () => {
      const size = Math.floor(1000 + 2e6 * next() ** 3);
      const noise = next() ** 4;
      return [2, 4, 8, 16].map((bits) => ({ cost: Math.floor((size * bits) / 8) + 60, loss: noise / 4 ** bits }));
    });
    const limit = limitOf(items, 0.2);
    const best = await assign(items, limit);
    expect(best?.bound).toBe(best?.loss);
    expect(best?.loss).toBeLessThanOrEqual(assignGreedily(items, limit)?.loss ?? Number.NaN);
  });

  it('tells how far off it can be where combinations had to go', async () => {
    const next = uniform(7);
    const items = Array.from({ length: 40 }, () => {
      const size = 1 + Math.floor(1e6 * next());
      return [1, 2, 3].map((bits) => ({ cost: size * bits, loss: size * (3 - bits) }));
    });
    const limit = limitOf(items, 0.37);
    const [thin, full] = [await assign(items, limit, { mostStates: 20 }), await assign(items, limit)];
    expect(thin?.bound).toBeLessThanOrEqual(full?.loss ?? Number.NaN);
    expect(thin?.loss).toBeGreaterThanOrEqual(full?.bound ?? Number.NaN);
  });

  it.each([20, 21, 22])('is no further from the best than the tolerance (seed %i)', async (seed) => {
    const items = drawn(seed, 8, 4).map((options) => options.map(({ cost, loss }) => ({ cost, loss: loss + 1 })));
    const limit = limitOf(items, 0.5);
    const [best, near] = [leastLoss(items, limit), await assign(items, limit, { tolerance: 0.05 })];
    expect(near?.loss).toBeLessThanOrEqual(best / 0.95);
    expect(near?.bound).toBeLessThanOrEqual(best);
  });

  it('does not exist below what the cheapest options cost', async () => {
    const items = [[{ cost: 2, loss: 1 }], [{ cost: 3, loss: 0 }]];
    expect(await assign(items, 4)).toBeUndefined();
    expect((await assign(items, 5))?.choices).toEqual([0, 0]);
  });

  it('needs an option for each item', async () => {
    await expect(assign([[]], 1)).rejects.toThrow('at least one option');
  });

  it('of nothing costs nothing', async () => {
    expect(await assign([], 0)).toEqual({ choices: [], cost: 0, loss: 0, bound: 0 });
  });
});

describe('the front of best compromises', () => {
  it.each(SEEDS.slice(0, 20))('holds all of them, and the convex one its corners (seed %i)', (seed) => {
    const items = drawn(seed, 6, 4);
    const points = exactFront(items, 10_000) ?? [];
    for (const { cost, loss } of points) expect(loss).toBeCloseTo(leastLoss(items, cost), 9);
    for (const { cost, loss } of convexFront(items)) expect(loss).toBeCloseTo(leastLoss(items, cost), 9);
    const costs = points.map(({ cost }) => cost);
    expect(costs).toEqual([...costs].sort((a, b) => a - b));
  });

  it('is left out where it is too long', () => {
    const items = Array.from({ length: 12 }, (_, item) => [
      { cost: 0, loss: 2 ** item },
      { cost: 2 ** item, loss: 0 },
    ]);
    expect(exactFront(items, 100)).toBeUndefined();
    expect(exactFront(items, 5000)).toHaveLength(4096);
  });
});
