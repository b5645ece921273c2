import type { Calibration, Context } from '@onnx-compress/core';
import type { Model } from '@onnx-compress/graph';
import { inputRows } from '@onnx-compress/recovery';
import type { Engine } from '../engine/engine.js';
import type { Site } from '../sites/site.js';
import { type InputStatistics, inputStatistics, type Shrinkages } from './input-statistics.js';

/** What is done with a site; without statistics of its groups, weights alone count. */
export type Use = (site: Site, statistics: readonly InputStatistics[], engine: Engine) => Promise<void>;

/** Where sites are, and what their layers are fed with. */
export interface SampledSites {
  readonly model: Model;
  readonly sites: readonly Site[];
  /** Undefined where weights alone count. */
  readonly samples: Calibration | undefined;
  /** Those that were found once are taken as they are. */
  readonly shrinkages: Shrinkages;
}

/**
 * Goes through sites, each with what its layer is fed with. The model runs over the samples once for as many layers as
 * have rows that fit into memory; statistics of one layer exist at a time.
 *
 * @throws CancelledError when the signal fires
 */
export async function eachSite(sampled: SampledSites, context: Context, use: Use): Promise<void> {
  const { model, sites, samples, shrinkages } = sampled;
  const engineFor = ({ node }: Site) => ({ ...context, random: context.random(`low-rank/${node.label}`) });
  let done = 0;
  const visit = async (site: Site, statistics: readonly InputStatistics[]) => {
    context.progress(done, sites.length, site.node.label);
    await use(site, statistics, engineFor(site));
    context.progress(++done, sites.length, site.node.label);
  };
  for (const site of sites) if (samples === undefined || site.inputs === undefined) await visit(site, []);
  if (samples === undefined) return;
  const byLayer = new Map(sites.flatMap((site) => (site.inputs === undefined ? [] : [[site.inputs, site] as const])));
  const sampling = { ...context, calibration: samples };
  await inputRows(model, [...byLayer.keys()], sampling, async (layer, rows) => {
    const site = byLayer.get(layer);
    if (site !== undefined) await visit(site, await inputStatistics(site, layer, rows, shrinkages, engineFor(site)));
  });
}
