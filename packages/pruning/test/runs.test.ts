import { describe, expect, it } from '@jest/globals';
import { Dependencies } from '../src/axes/dependencies.js';
import { alignRuns } from '../src/axes/runs.js';
import { splitPieces } from '../src/axes/split-pieces.js';

const ranges = (left: readonly (number | string | undefined)[], right: readonly (number | string | undefined)[]) => {
  const { runs, open } = alignRuns(left, right);
  const text = (run: (typeof runs)[number]) => `${run.leftStart}-${run.leftEnd}:${run.rightStart}-${run.rightEnd}`;
  return { runs: runs.map(text), open: open && text(open) };
};

describe('alignRuns', () => {
  it('matches merged and split axes by their products', () => {
    expect(ranges([2, 8, 3, 3], [2, 72])).toEqual({ runs: ['0-1:0-1', '1-4:1-2'], open: undefined });
    expect(ranges([72], [8, 9])).toEqual({ runs: ['0-1:0-2'], open: undefined });
  });

  it('matches equal symbols, and goes on from the end where a size is unknown', () => {
    expect(ranges(['N', 8, 'H', 'W'], ['N', 2, 4, 'H', 'W']).open).toBeUndefined();
    expect(ranges(['N', 'H', 'W', 8], ['N', undefined, 8])).toEqual({ runs: ['0-1:0-1', '3-4:2-3'], open: '1-3:1-2' });
  });
});

describe('splitPieces', () => {
  it('breaks factors where the wanted sizes do', () => {
    expect(splitPieces([12, 3], [4, 9])).toEqual([
      [
        [0, 4],
        [1, 3],
      ],
      [[1, 3]],
    ]);
  });

  it('gives up where the divisors differ', () => {
    expect(splitPieces([6, 4], [4, 6])).toBeUndefined();
    expect(splitPieces([Number.NaN], [2, 3])).toBeUndefined();
    expect(splitPieces([6, Number.NaN], [Number.NaN, 2, Number.NaN])).toBeUndefined();
  });
});

describe('Dependencies', () => {
  it('keeps a channel apart from the positions it is merged with', () => {
    const dependencies = new Dependencies();
    const channels = dependencies.fresh(4);
    const [, merged = []] = dependencies.regroup(
      [[{ size: 2, atoms: undefined, reason: '' }], channels, [{ size: 3, atoms: undefined, reason: '' }]],
      [2, 12],
    );
    const [factor] = [dependencies.flatten(merged)];
    expect(factor.size).toBe(12);
    expect(Array.from(factor.atoms ?? [], (atom) => dependencies.atoms.find(atom))).toEqual(
      [0, 1, 2, 3].flatMap((channel) => [channel, channel, channel]),
    );
  });

  it('pins what is unified with an axis of fixed length', () => {
    const dependencies = new Dependencies();
    const channels = dependencies.fresh(4);
    dependencies.unify(channels, [{ size: 4, atoms: undefined, reason: 'because' }]);
    expect(dependencies.atoms.pinnedBecause(channels[0]?.atoms?.[2] ?? -1)).toBe('because');
  });

  it('pins one of two prunable axes that are merged', () => {
    const dependencies = new Dependencies();
    const [short, long] = [dependencies.fresh(2), dependencies.fresh(5)];
    dependencies.flatten([...short, ...long]);
    expect(dependencies.atoms.pinnedBecause(short[0]?.atoms?.[0] ?? -1)).toMatch(/merged/);
    expect(dependencies.atoms.pinnedBecause(long[0]?.atoms?.[0] ?? -1)).toBeUndefined();
  });
});
