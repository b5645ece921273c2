import type { MatrixSite } from '../sites/site.js';
import { choicesOf, type Ladder } from './ladder.js';
import { type Round, rankStep } from './rank-grid.js';
import { breakEvenOf, mostRankOf } from './savings.js';
import { mergedSpectrum, type Spectrum } from './spectrum.js';

/**
 * The ranks of a matrix that save at least 10 %, on the grid.
 *
 * @param spectra one for each group, each with the `mostRankOf(site)` largest values or more; ranks beyond the values
 * that are listed are no choices
 */
export function matrixLadder(site: MatrixSite, spectra: readonly Spectrum[], round: Round): Ladder {
  const spectrum = mergedSpectrum(spectra);
  const breakEven = breakEvenOf(site);
  const step = rankStep(breakEven, round);
  const most = Math.min(mostRankOf(site), spectrum.values.length);
  const choiceAt = choicesOf(site, [spectrum]);
  const choices = Array.from({ length: Math.floor(most / step) }, (_, index) => choiceAt([(index + 1) * step]));
  return { site, spectra: [spectrum], dense: site.dense, breakEven, choices };
}
