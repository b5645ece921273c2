import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { chooseRanks } from '../src/ranks/choose-ranks.js';
import { type Amount, lowerHull, optionsOf } from '../src/ranks/convex-hull.js';
import { denseReason } from '../src/ranks/dense-reason.js';
import { keptPart, leastPart, partLeft } from '../src/ranks/kept-part.js';
import type { Ladder } from '../src/ranks/ladder.js';
import { matrixLadder } from '../src/ranks/matrix-ladder.js';
import { atThreshold, denseAmount, thresholdsOf } from '../src/ranks/threshold.js';
import { allChoices, falling, ladderWith, matrixSite, outcomeOf } from './ranks-ladders.js';

const seed = Number(process.env.LOW_RANK_RANDOM_SEED ?? Date.now() % 2 ** 31);
const NOISE = 1e-9;

const amounts = fc.constantFrom<Amount>('parameters', 'macs');

/** Ladders with up to four choices of any cost, and losses that fall any way; many of them tie. */
const randomLadder = fc
  .record({
    dense: fc.integer({ min: 10, max: 60 }),
    costs: fc.uniqueArray(fc.integer({ min: 1, max: 9 }), { maxLength: 4 }),
    losses: fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 4, maxLength: 4 }),
    weight: fc.constantFrom(1, 1, 0.5, 3),
  })
  .map(({ dense, costs, losses, weight }): Ladder => {
    const falls = [...losses].sort((a, b) => b - a);
    const rising = [...costs].sort((a, b) => a - b);
    const ladder = ladderWith(
      dense,
      rising.map((cost, index) => [(cost * dense) / 10, (falls[index] ?? 0) / 12]),
    );
    return { ...ladder, weight };
  });

const randomLadders = fc.array(randomLadder, { maxLength: 4 });
const parts = fc.double({ min: 0.02, max: 0.98, noNaN: true });

describe('one threshold for all layers', () => {
  it(`loses no more than any other choices that cost as little: ladders of seed ${seed}`, () => {
    fc.assert(
      fc.property(randomLadders, amounts, (ladders, amount) => {
        const all = allChoices(ladders).map((choices) => outcomeOf(ladders, choices, amount));
        for (const threshold of [-1, ...thresholdsOf(ladders, amount)]) {
          const { cost, damage } = outcomeOf(ladders, atThreshold(ladders, amount, threshold), amount);
          const rivals = all.filter((other) => other.cost <= cost + NOISE).map((other) => other.damage);
          expect(damage).toBeLessThanOrEqual(Math.min(...rivals) + NOISE);
        }
      }),
      { seed },
    );
  });

  it(`minimizes damage plus threshold times cost, as brute force does: ladders of seed ${seed}`, () => {
    const thresholds = fc.double({ min: 0, max: 10, noNaN: true });
    fc.assert(
      fc.property(randomLadders, amounts, thresholds, (ladders, amount, threshold) => {
        const dense = denseAmount(ladders, amount);
        const priced = ({ cost, damage }: { cost: number; damage: number }) =>
          damage + (dense === 0 ? 0 : (threshold * cost) / dense);
        const best = Math.min(...allChoices(ladders).map((choices) => priced(outcomeOf(ladders, choices, amount))));
        const found = priced(outcomeOf(ladders, atThreshold(ladders, amount, threshold), amount));
        expect(found).toBeCloseTo(best, 9);
      }),
      { seed },
    );
  });

  it('goes from all dense to all at their cheapest', () => {
    const ladders = [256, 64, 200].map((rows, index) => matrixLadder(matrixSite(rows, 300), [falling(rows, index)], 8));
    expect(atThreshold(ladders, 'macs', -1)).toEqual([undefined, undefined, undefined]);
    const last = thresholdsOf(ladders, 'macs').at(-1) ?? 0;
    expect(atThreshold(ladders, 'macs', last)).toEqual(ladders.map(({ choices: [first] }) => first));
  });

  it('leaves a layer dense of which nothing is counted', () => {
    const table = matrixLadder(matrixSite(1000, 64, { vectors: 0 }), [falling(64, 3)], 'auto');
    expect(atThreshold([table], 'macs', 1e9)).toEqual([undefined]);
    expect(atThreshold([table], 'parameters', 1e9)).toEqual([table.choices[0]]);
  });
});

describe('a budget', () => {
  it(`is met, with nothing but the cheapest where it cannot be: ladders of seed ${seed}`, () => {
    fc.assert(
      fc.property(randomLadders, amounts, parts, (ladders, amount, part) => {
        const choices = keptPart(ladders, amount, part);
        const least = leastPart(ladders, amount);
        if (least > part + NOISE) expect(choices).toEqual(ladders.map(({ choices: [first] }) => first));
        else expect(partLeft(ladders, choices, amount)).toBeLessThanOrEqual(part + 2 * NOISE);
      }),
      { seed },
    );
  });

  it(`does as little damage as brute force, but for one step of one layer: ladders of seed ${seed}`, () => {
    fc.assert(
      fc.property(randomLadders, amounts, parts, (ladders, amount, part) => {
        if (leastPart(ladders, amount) > part) return;
        const target = part * denseAmount(ladders, amount);
        const all = allChoices(ladders).map((choices) => outcomeOf(ladders, choices, amount));
        const best = Math.min(...all.filter(({ cost }) => cost <= target).map(({ damage }) => damage));
        const steps = ladders.flatMap((ladder) => {
          const hull = lowerHull(optionsOf(ladder, amount));
          return hull.slice(1).map(({ damage }, index) => damage - (hull[index]?.damage ?? 0));
        });
        const found = outcomeOf(ladders, keptPart(ladders, amount, part), amount);
        expect(found.damage).toBeLessThanOrEqual(best + Math.max(0, ...steps) + NOISE);
      }),
      { seed },
    );
  });

  it(`that is larger never does more damage: ladders of seed ${seed}`, () => {
    fc.assert(
      fc.property(randomLadders, amounts, parts, parts, (ladders, amount, one, other) => {
        const [less, more] = [Math.min(one, other), Math.max(one, other)];
        const damage = (part: number) => outcomeOf(ladders, keptPart(ladders, amount, part), amount).damage;
        expect(damage(more)).toBeLessThanOrEqual(damage(less) + NOISE);
      }),
      { seed, numRuns: 1000 },
    );
  });

  it('is used up to the step of a rank on real spectra', () => {
    const ladders = [
      matrixLadder(matrixSite(768, 3072), [falling(552, 1)], 'auto'),
      matrixLadder(matrixSite(768, 768), [falling(345, 0.5)], 'auto'),
      matrixLadder(matrixSite(3072, 768), [falling(552, 1.5)], 'auto'),
    ];
    const step = (16 * (768 + 3072)) / denseAmount(ladders, 'parameters');
    for (const part of [0.2, 0.3, 0.5, 0.7]) {
      const left = partLeft(ladders, keptPart(ladders, 'parameters', part), 'parameters');
      expect(left).toBeLessThanOrEqual(part + NOISE);
      expect(left).toBeGreaterThan(part - step);
    }
  });

  it('loses less than the same part everywhere', () => {
    const ladders = [0.2, 0.8, 2].map((power) => matrixLadder(matrixSite(256, 256), [falling(115, power)], 1));
    const equal = chooseRanks(ladders, { kind: 'rank', rank: 64 }).choices;
    const chosen = keptPart(ladders, 'macs', 0.5);
    expect(partLeft(ladders, equal, 'macs')).toBeCloseTo(0.5, 12);
    expect(outcomeOf(ladders, chosen, 'macs').damage).toBeLessThan(0.95 * outcomeOf(ladders, equal, 'macs').damage);
  });

  it('takes from the layer whose loss counts less', () => {
    const ladder = matrixLadder(matrixSite(128, 128), [falling(57, 1)], 4);
    const [heavy, light] = keptPart([{ ...ladder, weight: 5 }, ladder], 'macs', 0.5);
    const macs = [heavy, light].map((choice) => (choice?.cost ?? ladder.dense).macs);
    expect(macs[0]).toBeGreaterThan(macs[1] ?? 0);
  });

  it('is split evenly among equal layers, but for one step', () => {
    const ladder = matrixLadder(matrixSite(128, 128), [falling(57, 1)], 4);
    const ranks = keptPart([ladder, ladder, ladder], 'macs', 0.4).map((choice) => choice?.ranks[0] ?? 0);
    expect(Math.max(...ranks) - Math.min(...ranks)).toBeLessThanOrEqual(4);
  });

  it('that cannot be reached gives a warning with what can', () => {
    const ladder = ladderWith(100, [
      [20, 0.5],
      [50, 0.1],
    ]);
    const { choices, warnings } = chooseRanks([ladder], { kind: 'part', amount: 'parameters', part: 0.1 });
    expect(choices).toEqual([ladder.choices[0]]);
    expect(warnings).toEqual([
      expect.objectContaining({
        code: 'BUDGET_NOT_REACHED',
        message: 'keep-params=0.1 is below what the smallest ranks leave: 0.200 of the parameters of the layers',
      }),
    ]);
    expect(chooseRanks([ladder], { kind: 'part', amount: 'parameters', part: 0.2 }).warnings).toEqual([]);
  });

  it('that other layers meet leaves a layer dense, and says so', () => {
    const precious = ladderWith(10, [[5, 0.9]]);
    const rich = ladderWith(100, [[20, 0.01]]);
    const rule = { kind: 'part', amount: 'macs', part: 0.5 } as const;
    expect(chooseRanks([precious, rich], rule).choices).toEqual([undefined, rich.choices[0]]);
    expect(denseReason(precious, rule)).toBe('other layers lose less for what they free');
  });
});
