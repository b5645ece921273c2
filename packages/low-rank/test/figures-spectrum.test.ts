import { describe, expect, it } from '@jest/globals';
import type { RankEntry } from '../src/figures/rank-entry.js';
import { spectrumFigures } from '../src/figures/spectrum.js';
import { thinnedPositions } from '../src/figures/thinned-points.js';
import { matrixLadder } from '../src/ranks/matrix-ladder.js';
import { tuckerLadder } from '../src/ranks/tucker-ladder.js';
import { falling, matrixSite, tuckerSite } from './ranks-ladders.js';

function matrixEntry(label: string, rows: number, chosen?: number): RankEntry {
  const ladder = matrixLadder(matrixSite(rows, 256, { label }), [falling(Math.min(rows, 256), 2)], 'auto');
  return { ladder, choice: chosen === undefined ? undefined : ladder.choices[chosen] };
}

describe('the figures of a factorization', () => {
  it('show singular values with the kept and the break-even rank', () => {
    const [curve] = spectrumFigures([matrixEntry('/fc1', 256, 1)]);
    expect(curve).toMatchObject({
      kind: 'lines',
      title: 'Singular values of /fc1',
      caption: 'Rank 32 keeps 98.4 % of the energy in 25.0 % of the parameters; up to rank 127 factors are cheaper.',
      y: { scale: 'logarithmic' },
      marks: [
        { label: 'kept', x: 32 },
        { label: 'break-even', x: 127 },
      ],
    });
    const [series] = curve?.series ?? [];
    expect(series?.points[0]).toEqual([1, 1]);
    expect(series?.points[3]?.[1]).toBeCloseTo(1 / 4, 12);
    expect(series?.points.at(-1)?.[0]).toBe(256);
    expect(series?.points.length).toBeLessThanOrEqual(120);
  });

  it('show both unfoldings of a Tucker decomposition', () => {
    const site = tuckerSite(128, 64, 9);
    const ladder = tuckerLadder(site, { inputs: falling(64, 2), outputs: falling(128, 2) }, 'auto');
    const choice = ladder.choices.at(-1);
    const [curve] = spectrumFigures([{ ladder, choice }]);
    const [inputs, outputs] = choice?.ranks ?? [];
    expect(curve).toMatchObject({
      series: [{ label: 'inputs' }, { label: 'outputs' }],
      marks: [{ label: 'kept inputs', x: inputs }, { label: 'kept outputs', x: outputs }, { label: 'break-even' }],
    });
    expect(curve?.caption).toMatch(/^Ranks \d+ of the inputs and \d+ of the outputs keep at least/);
  });

  it('draw the twelve largest layers, largest first', () => {
    const entries = Array.from({ length: 20 }, (_, index) => matrixEntry(`/fc${index}`, 16 + 8 * index, 0));
    const figures = spectrumFigures(entries);
    expect(figures).toHaveLength(12);
    expect(figures[0]?.title).toBe('Singular values of /fc19');
  });

  it('leave out what a logarithmic axis cannot show', () => {
    const nothing = { values: new Float64Array(256), total: 0 };
    const ladder = matrixLadder(matrixSite(256, 256), [nothing], 'auto');
    expect(spectrumFigures([{ ladder, choice: ladder.choices[0] }])).toEqual([]);
  });

  it('are none without layers', () => {
    expect(spectrumFigures([])).toEqual([]);
  });
});

describe('thinned positions', () => {
  it.each([0, 1, 120, 121, 500, 4096])('of %d keep both ends and rise', (length) => {
    const positions = thinnedPositions(length);
    expect(positions.length).toBeLessThanOrEqual(120);
    if (length > 0) expect([positions[0], positions.at(-1)]).toEqual([1, length]);
    expect(positions).toEqual([...new Set(positions)].sort((a, b) => a - b));
  });
});
