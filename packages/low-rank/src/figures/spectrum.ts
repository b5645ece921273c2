import type { LineFigure } from '@onnx-compress/core';
import type { Choice, Ladder } from '../ranks/ladder.js';
import type { Spectrum } from '../ranks/spectrum.js';
import type { RankEntry } from './rank-entry.js';
import { thinnedPositions } from './thinned-points.js';

/** How many layers get a curve: the largest ones. */
const MOST_CURVES = 12;

/** What the ranks of a choice count, in their order. */
function curveLabels({ site }: Ladder): readonly string[] {
  return site.kind === 'matrix' ? ['singular value'] : ['inputs', 'outputs'];
}

/** Singular values over the rank; those that are 0 end the curve. */
function pointsOf({ values }: Spectrum): LineFigure['series'][number]['points'] {
  const length = values.findLastIndex((value) => value > 0) + 1;
  return thinnedPositions(length).map((rank) => [rank, Math.sqrt(Math.max(0, values[rank - 1] ?? 0))] as const);
}

function marksOf({ ladder, choice }: RankEntry): NonNullable<LineFigure['marks']> {
  const kept = (choice?.ranks ?? []).map((rank, axis) => {
    const label = ladder.site.kind === 'matrix' ? 'kept' : `kept ${curveLabels(ladder)[axis]}`;
    return { label, x: rank };
  });
  return ladder.breakEven === 0 ? kept : [...kept, { label: 'break-even', x: ladder.breakEven }];
}

const percent = (part: number) => `${(100 * part).toFixed(1)} %`;

function keptInWords({ site, breakEven }: Ladder, { ranks, cost, loss }: Choice, dense: Ladder['dense']): string {
  const [first, second] = ranks;
  const bound = site.kind === 'matrix' ? '' : 'at least ';
  const ranksKept =
    second === undefined ? `Rank ${first}` : `Ranks ${first} of the inputs and ${second} of the outputs`;
  const verb = second === undefined ? 'keeps' : 'keep';
  const left = percent(cost.parameters / dense.parameters);
  return `${ranksKept} ${verb} ${bound}${percent(1 - loss)} of the energy in ${left} of the parameters; up to rank ${breakEven} factors are cheaper.`;
}

function captionOf({ ladder, choice }: RankEntry): string {
  if (choice !== undefined) return keptInWords(ladder, choice, ladder.dense);
  return ladder.breakEven === 0
    ? 'Stays dense: no rank is cheaper.'
    : `Stays dense; up to rank ${ladder.breakEven} factors would be cheaper.`;
}

function spectrumFigure(entry: RankEntry): LineFigure {
  const { ladder } = entry;
  const labels = curveLabels(ladder);
  return {
    kind: 'lines',
    title: `Singular values of ${ladder.site.node.label}`,
    caption: captionOf(entry),
    x: { label: 'rank', unit: 'count' },
    y: { label: 'singular value', unit: 'plain', scale: 'logarithmic' },
    series: ladder.spectra.map((spectrum, axis) => ({ label: labels[axis] ?? '', points: pointsOf(spectrum) })),
    marks: marksOf(entry),
  };
}

/** The singular values of the largest layers, with the rank that was kept and the one where factors stop being cheaper. */
export function spectrumFigures(entries: readonly RankEntry[]): readonly LineFigure[] {
  const bySize = [...entries].sort((a, b) => b.ladder.dense.parameters - a.ladder.dense.parameters);
  return bySize
    .slice(0, MOST_CURVES)
    .map(spectrumFigure)
    .filter(({ series }) => series.some(({ points }) => points.length > 1));
}
