import type { Context } from '@onnx-compress/core';
import { type Engine, pauseOf } from '../engine/engine.js';
import { spectrumOf } from '../engine/spectrum-of.js';
import { eachSite, type SampledSites } from '../metric/each-site.js';
import type { InputStatistics } from '../metric/input-statistics.js';
import type { Ladder } from '../ranks/ladder.js';
import { matrixLadder } from '../ranks/matrix-ladder.js';
import type { Round } from '../ranks/rank-grid.js';
import { breakEvenOf, mostRankOf, mostTuckerRanksOf } from '../ranks/savings.js';
import type { Spectrum } from '../ranks/spectrum.js';
import { tuckerLadder } from '../ranks/tucker-ladder.js';
import type { MatrixSite, Site, TuckerSite } from '../sites/site.js';
import type { OutputNoise } from './output-noise.js';
import { unfoldedByChannel } from './unfolding.js';

/** Of each group of a layer; empty where weights alone count. */
type Statistics = readonly InputStatistics[];

async function ladderOfMatrices(
  site: MatrixSite,
  statistics: Statistics,
  round: Round,
  engine: Engine,
): Promise<Ladder | undefined> {
  const most = mostRankOf(site);
  const spectra: Spectrum[] = [];
  for (const [group, matrix] of (await site.read(pauseOf(engine))).entries()) {
    const spectrum = await spectrumOf(matrix, statistics[group]?.metric, most, engine);
    if (spectrum === undefined) return undefined;
    spectra.push(spectrum);
  }
  return matrixLadder(site, spectra, round);
}

async function ladderOfTucker(
  site: TuckerSite,
  [inputs]: Statistics,
  round: Round,
  engine: Engine,
): Promise<Ladder | undefined> {
  const [mostInputs, mostOutputs] = mostTuckerRanksOf(site);
  const matrix = await site.read(pauseOf(engine));
  const outputs = await spectrumOf(matrix, inputs?.metric, mostOutputs, engine);
  const channels = await spectrumOf(unfoldedByChannel(matrix, site.positions), undefined, mostInputs, engine);
  return outputs && channels && tuckerLadder(site, { inputs: channels, outputs }, round);
}

/**
 * All ways to factor a layer with what each of them loses; undefined where its weight holds numbers that are not finite.
 *
 * @throws CancelledError when the signal fires
 */
async function measureLadder(
  site: Site,
  statistics: Statistics,
  round: Round,
  engine: Engine,
): Promise<Ladder | undefined> {
  return site.kind === 'matrix'
    ? ladderOfMatrices(site, statistics, round, engine)
    : ladderOfTucker(site, statistics, round, engine);
}

/** How ladders are made. */
export interface Measuring {
  readonly round: Round;
  /** Gives ladders weights; without it all layers count alike. */
  readonly noise: OutputNoise | undefined;
}

/**
 * The ladders of all sites, in their order; of those whose weights hold numbers that are not finite there is none.
 *
 * @throws CancelledError when the signal fires
 */
export async function measuredLadders(
  sampled: SampledSites,
  { round, noise }: Measuring,
  context: Context,
): Promise<readonly Ladder[]> {
  const ladders = new Map<Site, Ladder>();
  await eachSite(sampled, context, async (site, statistics, engine) => {
    const ladder = await measureLadder(site, statistics, round, engine);
    if (ladder === undefined) return;
    ladders.set(site, noise === undefined ? ladder : await noise.weighed(ladder, statistics, engine));
  });
  return sampled.sites.flatMap((site) => ladders.get(site) ?? []);
}

/** A layer whose weights need not be looked at, since the rank is given. */
export function unmeasuredLadder(site: Site): Ladder {
  return { site, spectra: [], dense: site.dense, breakEven: breakEvenOf(site), choices: [] };
}
