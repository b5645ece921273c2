import { describe, expect, it } from '@jest/globals';
import { chooseRanks } from '../src/ranks/choose-ranks.js';
import { denseReason } from '../src/ranks/dense-reason.js';
import type { Choices } from '../src/ranks/ladder.js';
import { matrixLadder } from '../src/ranks/matrix-ladder.js';
import type { LadderRule } from '../src/ranks/rank-rule.js';
import { tuckerLadder } from '../src/ranks/tucker-ladder.js';
import { falling, ladderWith, matrixSite, tuckerSite } from './ranks-ladders.js';

const large = matrixLadder(matrixSite(256, 1024), [falling(256, 1)], 'auto');
const small = matrixLadder(matrixSite(16, 64), [falling(16, 1)], 'auto');
const wide = matrixLadder(matrixSite(1, 64), [falling(1, 1)], 'auto');
const conv = tuckerLadder(tuckerSite(128, 32, 9), { inputs: falling(32, 2), outputs: falling(128, 2) }, 'auto');

const ranksOf = (choices: Choices) => choices.map((choice) => choice?.ranks);

describe('rank=', () => {
  const choose = (rank: number) => ranksOf(chooseRanks([large, small, wide, conv], { kind: 'rank', rank }).choices);

  it('takes the same rank wherever it saves 10 %', () => {
    expect(choose(10)).toEqual([[10], [10], undefined, [10, 10]]);
    expect(choose(60)).toEqual([[60], undefined, undefined, [32, 60]]);
  });

  it('leaves layers dense that have no such rank', () => {
    expect(choose(4096)).toEqual([undefined, undefined, undefined, undefined]);
  });

  it('tells the rank that would do', () => {
    const rule: LadderRule = { kind: 'rank', rank: 64 };
    expect(denseReason(small, rule)).toBe('rank 64 is not 10 % cheaper here: at most 11 is');
    expect(denseReason(wide, rule)).toBe('none of its ranks is at least 10 % cheaper');
  });

  it('counts no more energy as kept than the spectrum lists', () => {
    const known = matrixLadder(matrixSite(256, 1024), [{ values: Float64Array.of(3, 2), total: 10 }], 'auto');
    const [choice] = chooseRanks([known], { kind: 'rank', rank: 64 }).choices;
    expect(choice).toMatchObject({ ranks: [64], loss: 0.5 });
  });
});

describe('energy=', () => {
  const half = ladderWith(100, [
    [20, 0.5],
    [40, 0.25],
    [60, 0.05],
    [80, 0.01],
  ]);

  it('takes the cheapest choice that keeps so much', () => {
    for (const [energy, rank] of [
      [0.3, 1],
      [0.5, 1],
      [0.51, 2],
      [0.95, 3],
      [0.99, 4],
    ] as const) {
      expect(ranksOf(chooseRanks([half], { kind: 'energy', energy }).choices)).toEqual([[rank]]);
    }
  });

  it('leaves a layer dense that no choice keeps enough of, and says so', () => {
    const rule: LadderRule = { kind: 'energy', energy: 0.999 };
    expect(chooseRanks([half, wide], rule).choices).toEqual([undefined, undefined]);
    expect(denseReason(half, rule)).toBe('no rank that is at least 10 % cheaper keeps 0.999 of its energy');
    expect(denseReason(wide, rule)).toBe('none of its ranks is at least 10 % cheaper');
  });

  it('of 1 factors what is of low rank anyway, and nothing else', () => {
    const lowRank = ladderWith(100, [
      [20, 0.2],
      [40, 1e-14],
      [60, 0],
    ]);
    expect(ranksOf(chooseRanks([lowRank, half], { kind: 'energy', energy: 1 }).choices)).toEqual([[2], undefined]);
  });
});

describe('every rule', () => {
  it.each<LadderRule>([
    { kind: 'rank', rank: 3 },
    { kind: 'energy', energy: 0.9 },
    { kind: 'part', amount: 'macs', part: 0.5 },
    { kind: 'part', amount: 'parameters', part: 0.5 },
  ])('is defined without layers, and where none can be factored: %j', (rule) => {
    expect(chooseRanks([], rule)).toEqual({ choices: [], warnings: [] });
    expect(chooseRanks([wide, wide], rule)).toEqual({ choices: [undefined, undefined], warnings: [] });
  });
});
