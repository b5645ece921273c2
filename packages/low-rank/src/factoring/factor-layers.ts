import type { Calibration, Context } from '@onnx-compress/core';
import type { Model } from '@onnx-compress/graph';
import { eachSite } from '../metric/each-site.js';
import type { Shrinkages } from '../metric/input-statistics.js';
import type { Choices, Ladder } from '../ranks/ladder.js';
import type { Site } from '../sites/site.js';
import { factorSite } from './factor-site.js';

/** The layers to factor, as they are in the original, and the samples that tell what they are fed with. */
export interface Factoring {
  readonly original: Model;
  readonly ladders: readonly Ladder[];
  /** Undefined where weights alone count. */
  readonly samples: Calibration | undefined;
  readonly shrinkages: Shrinkages;
}

/** Sites of a model by the label of their node. */
export type SitesByLabel = ReadonlyMap<string, Site>;

/** The sites of a copy of the original. */
export type TargetsIn = (copy: Model) => SitesByLabel;

/**
 * Factors layers as chosen and writes them into a copy of the model.
 *
 * @param targets the sites of the copy
 * @returns the part of the energy that each of them kept, by label; layers that hold numbers that are not finite are left
 *   out and stay as they are
 * @throws CancelledError when the signal fires
 */
export async function factorLayers(
  { original, ladders, samples, shrinkages }: Factoring,
  choices: Choices,
  targets: SitesByLabel,
  context: Context,
): Promise<ReadonlyMap<string, number>> {
  const ranks = new Map(ladders.map(({ site }, index) => [site, choices[index]?.ranks]));
  const sites = ladders.map(({ site }) => site).filter((site) => ranks.get(site) !== undefined);
  const kept = new Map<string, number>();
  await eachSite({ model: original, sites, samples, shrinkages }, context, async (site, statistics, engine) => {
    const target = targets.get(site.node.label);
    const factored = await factorSite(site, ranks.get(site) ?? [], statistics, engine);
    if (factored === undefined || target === undefined) return;
    await factored.write(target);
    kept.set(site.node.label, factored.kept);
  });
  return kept;
}
