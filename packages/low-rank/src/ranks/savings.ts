import type { Cost, Site, TuckerSite } from '../sites/site.js';

/** Tenths of the dense cost that factors may take at most: a layer that gains less than 10 % stays dense. */
const TENTHS_LEFT = 9;

/** Less than the dense layer, in parameters and, where it multiplies at all, in multiply-accumulates. */
function isCheaper(cost: Cost, dense: Cost): boolean {
  return cost.parameters < dense.parameters && (dense.macs === 0 || cost.macs < dense.macs);
}

/** At least 10 % less than the dense layer, in parameters and, where it multiplies at all, in multiply-accumulates. */
export function savesEnough(cost: Cost, dense: Cost): boolean {
  const within = (part: number, whole: number) => 10 * part <= TENTHS_LEFT * whole;
  return within(cost.parameters, dense.parameters) && (dense.macs === 0 || within(cost.macs, dense.macs));
}

/** The largest rank up to a limit that fits, where all smaller ones do too; 0 where none fits. */
function largestRank(limit: number, fits: (rank: number) => boolean): number {
  let [fitting, failing] = [0, limit + 1];
  while (failing - fitting > 1) {
    const middle = Math.floor((fitting + failing) / 2);
    if (fits(middle)) fitting = middle;
    else failing = middle;
  }
  return fitting;
}

/** What the factors of a site cost with one rank for all; an axis shorter than that keeps its length. */
function costAtOneRank(site: Site, rank: number): Cost {
  if (site.kind === 'matrix') return site.costAt(rank);
  return site.costAt(Math.min(rank, site.inputChannels), Math.min(rank, site.outputs));
}

/** The largest rank that means anything. */
export function fullRank(site: Site): number {
  return site.kind === 'matrix' ? Math.min(site.rows, site.columns) : Math.max(site.inputChannels, site.outputs);
}

/**
 * The largest rank with factors cheaper than the layer, 0 where there is none. Of a Tucker decomposition, with the same
 * rank on both axes.
 */
export function breakEvenOf(site: Site): number {
  return largestRank(fullRank(site), (rank) => isCheaper(costAtOneRank(site, rank), site.dense));
}

/**
 * The largest rank that saves at least 10 %, 0 where there is none: so many singular values of a matrix are needed at
 * most. Of a Tucker decomposition, with the same rank on both axes.
 */
export function mostRankOf(site: Site): number {
  return largestRank(fullRank(site), (rank) => savesEnough(costAtOneRank(site, rank), site.dense));
}

/** The largest ranks over input channels and over outputs that save at least 10 % beside a rank of 1 on the other axis. */
export function mostTuckerRanksOf(site: TuckerSite): readonly [inputs: number, outputs: number] {
  return [
    largestRank(site.inputChannels, (rank) => savesEnough(site.costAt(rank, 1), site.dense)),
    largestRank(site.outputs, (rank) => savesEnough(site.costAt(1, rank), site.dense)),
  ];
}
