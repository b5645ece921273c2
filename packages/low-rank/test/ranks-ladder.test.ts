import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { matrixLadder } from '../src/ranks/matrix-ladder.js';
import { rankStep } from '../src/ranks/rank-grid.js';
import { breakEvenOf, mostRankOf, mostTuckerRanksOf, savesEnough } from '../src/ranks/savings.js';
import { lostParts, mergedSpectrum } from '../src/ranks/spectrum.js';
import { tuckerLadder } from '../src/ranks/tucker-ladder.js';
import { falling, matrixSite, tuckerSite } from './ranks-ladders.js';

const seed = Number(process.env.LOW_RANK_RANDOM_SEED ?? Date.now() % 2 ** 31);

describe('the energy that is lost', () => {
  it('is the tail beyond the rank, with what is not listed', () => {
    const lost = lostParts({ values: Float64Array.of(5, 3, 1), total: 10 });
    expect([...lost].map((part) => part.toFixed(9))).toEqual([
      '1.000000000',
      '0.500000000',
      '0.200000000',
      '0.100000000',
    ]);
  });

  it('is exact for tails far below the precision of the total', () => {
    const [, afterFirst] = lostParts({ values: Float64Array.of(1, 1e-30), total: 1 });
    expect(afterFirst).toBeCloseTo(1e-30, 40);
  });

  it('stays within 0 and 1 where rounding left a total below the sum or a value below 0', () => {
    const lost = lostParts({ values: Float64Array.of(2, 1, -1e-12), total: 2.999 });
    expect([...lost]).toEqual([1, 1 / 3, 0, 0]);
  });

  it('of a matrix of zeros is nothing', () => {
    expect([...lostParts({ values: new Float64Array(2), total: 0 })]).toEqual([0, 0, 0]);
  });

  it('of groups adds up, as far as all of them are listed', () => {
    const groups = [
      { values: Float64Array.of(4, 1), total: 5 },
      { values: Float64Array.of(2, 2, 1), total: 5 },
    ];
    expect(mergedSpectrum(groups)).toEqual({ values: Float64Array.of(6, 3), total: 10 });
    expect(mergedSpectrum([])).toEqual({ values: new Float64Array(0), total: 0 });
  });
});

describe('ranks', () => {
  it.each([
    [64, 16],
    [63, 8],
    [32, 8],
    [31, 4],
    [16, 4],
    [15, 1],
    [0, 1],
  ])('with a break-even rank of %d are multiples of %d', (breakEven, step) => {
    expect(rankStep(breakEven, 'auto')).toBe(step);
  });

  it('are multiples of what is asked for', () => {
    expect(matrixLadder(matrixSite(64, 64), [falling(64, 1)], 5).choices.map(({ ranks: [rank] }) => rank)).toEqual([
      5, 10, 15, 20, 25,
    ]);
  });

  it(`stop where exhaustive search says so: shapes of seed ${seed}`, () => {
    const size = fc.integer({ min: 1, max: 80 });
    const shape = fc.tuple(size, size, fc.integer({ min: 1, max: 3 }), fc.integer({ min: 0, max: 2 }));
    fc.assert(
      fc.property(shape, ([rows, columns, groups, vectors]) => {
        const site = matrixSite(rows, columns, { groups, vectors });
        const ranks = Array.from({ length: Math.min(rows, columns) }, (_, index) => index + 1);
        const cheaper = ranks.filter((rank) => site.costAt(rank).parameters < site.dense.parameters);
        const saving = ranks.filter((rank) => site.costAt(rank).parameters <= 0.9 * site.dense.parameters + 1e-9);
        expect(breakEvenOf(site)).toBe(cheaper.at(-1) ?? 0);
        expect(mostRankOf(site)).toBe(saving.at(-1) ?? 0);
      }),
      { seed },
    );
  });

  it('save multiply-accumulates as well', () => {
    const strided = { ...matrixSite(64, 64), dense: { parameters: 4096, macs: 1024 } };
    expect(breakEvenOf(strided)).toBe(7);
    expect(mostRankOf(strided)).toBe(7);
  });
});

describe('the ladder of a matrix', () => {
  it('has all ranks of the grid that save 10 %', () => {
    const { breakEven, choices } = matrixLadder(matrixSite(768, 3072), [falling(552, 1)], 'auto');
    expect(breakEven).toBe(614);
    expect(choices.map(({ ranks: [rank = 0] }) => rank)).toEqual(
      Array.from({ length: 34 }, (_, index) => 16 * index + 16),
    );
    expect(choices.at(-1)?.cost.parameters).toBe(544 * (768 + 3072));
  });

  it('ends where the spectrum does', () => {
    const { choices } = matrixLadder(matrixSite(768, 3072), [falling(100, 1)], 'auto');
    expect(choices.at(-1)?.ranks).toEqual([96]);
  });

  it('is empty where nothing saves', () => {
    expect(matrixLadder(matrixSite(1, 100), [falling(1, 1)], 'auto')).toMatchObject({ breakEven: 0, choices: [] });
    expect(matrixLadder(matrixSite(40, 40), [falling(20, 1)], 64)).toMatchObject({ breakEven: 19, choices: [] });
  });

  it('counts a table, which multiplies nothing, by its parameters alone', () => {
    const { choices } = matrixLadder(matrixSite(1000, 64, { vectors: 0 }), [falling(64, 1)], 'auto');
    expect(choices.map(({ ranks: [rank] }) => rank)).toEqual([8, 16, 24, 32, 40, 48]);
  });
});

describe('the ladder of a Tucker decomposition', () => {
  const unfoldings = { inputs: falling(64, 2), outputs: falling(96, 1) };

  it('is a path with rising costs, falling losses and 10 % saved', () => {
    const site = tuckerSite(96, 64, 9);
    const { choices, dense } = tuckerLadder(site, unfoldings, 'auto');
    expect(choices[0]?.ranks).toEqual([16, 16]);
    expect(choices.length).toBeGreaterThan(6);
    for (const [index, choice] of choices.entries()) {
      const [inputs = 0, outputs = 0] = choice.ranks;
      expect(choice.cost).toEqual(site.costAt(inputs, outputs));
      expect(savesEnough(choice.cost, dense)).toBe(true);
      const before = choices[index - 1];
      if (before === undefined) continue;
      expect(choice.cost.macs).toBeGreaterThan(before.cost.macs);
      expect(choice.loss).toBeLessThanOrEqual(before.loss);
    }
  });

  it('bounds the loss by both tails together, and by everything', () => {
    const flat = { inputs: falling(64, 0), outputs: falling(96, 0) };
    const { choices } = tuckerLadder(tuckerSite(96, 64, 9), flat, 'auto');
    expect(choices[0]?.loss).toBe(1);
    const path = tuckerLadder(tuckerSite(96, 64, 9), unfoldings, 'auto').choices;
    const [lostInputs, lostOutputs] = [lostParts(unfoldings.inputs), lostParts(unfoldings.outputs)];
    for (const { ranks, loss } of path) {
      const [inputs = 0, outputs = 0] = ranks;
      expect(loss).toBeCloseTo((lostInputs[inputs] ?? 0) + (lostOutputs[outputs] ?? 0), 12);
    }
  });

  it('raises the ranks that keep more for what they cost', () => {
    const cheapInputs = tuckerLadder(
      tuckerSite(64, 64, 9),
      { inputs: falling(64, 0), outputs: falling(64, 6) },
      'auto',
    );
    expect(cheapInputs.choices.at(3)?.ranks).toEqual([32, 8]);
  });

  it('has its own grid on an axis that is short', () => {
    const { choices } = tuckerLadder(tuckerSite(64, 3, 9), { inputs: falling(3, 1), outputs: falling(64, 1) }, 'auto');
    expect(choices[0]?.ranks[0]).toBe(1);
    expect(new Set(choices.map(({ ranks: [inputs] }) => inputs)).has(3)).toBe(true);
  });

  it('says how many values of each unfolding it can use', () => {
    const site = tuckerSite(96, 64, 9);
    const [inputs, outputs] = mostTuckerRanksOf(site);
    for (const { ranks } of tuckerLadder(site, unfoldings, 1).choices) {
      expect(ranks[0]).toBeLessThanOrEqual(inputs);
      expect(ranks[1]).toBeLessThanOrEqual(outputs);
    }
  });

  it('is empty where nothing saves', () => {
    const ones = { inputs: falling(1, 1), outputs: falling(1, 1) };
    expect(tuckerLadder(tuckerSite(1, 1, 1), ones, 'auto').choices).toEqual([]);
  });
});
