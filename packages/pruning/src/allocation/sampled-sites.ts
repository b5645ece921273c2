import type { Calibration, Context } from '@onnx-compress/core';
import { dimsReader, type Model, type Node, present } from '@onnx-compress/graph';
import { collectRows, type LinearLayer, positionsOf, type SampledLayer, sampledLayer } from '@onnx-compress/recovery';
import type { Engine } from '../axes/engine.js';
import type { Site } from './site.js';

/** Most memory for rows of layers that are held at a time, in bytes. */
const MOST_BYTES = 128 * 2 ** 20;

/** Rows that are enough for layers with many columns: a system of all columns would take too long for a measurement. */
const MOST_ROWS = 1024;

/** A layer and how many of its output positions are looked at for each sample. */
interface Plan {
  readonly layer: LinearLayer;
  readonly positions: number;
}

/** Sites that are measured while the rows of their layers are held. */
interface Batch {
  readonly sites: Site[];
  readonly plans: Map<Node, Plan>;
  bytes: number;
}

const bytesOf = ({ layer, positions }: Plan, samples: number) =>
  samples * positions * layer.columns * layer.contraction.groups * Float32Array.BYTES_PER_ELEMENT;

function emptyBatch(): Batch {
  return { sites: [], plans: new Map(), bytes: 0 };
}

/** With fewer positions where one site has too many layers behind it. */
function withinMemory(plans: readonly Plan[], samples: number): readonly Plan[] {
  const part = MOST_BYTES / plans.reduce((sum, plan) => sum + bytesOf(plan, samples), 0);
  if (!(part < 1)) return plans;
  return plans.map(({ layer, positions }) => ({ layer, positions: Math.max(1, Math.floor(positions * part)) }));
}

function batchesOf(sites: readonly Site[], planOf: (layer: LinearLayer) => Plan, samples: number): readonly Batch[] {
  let batch = emptyBatch();
  const batches = [batch];
  for (const site of sites) {
    const plans = withinMemory(
      (site.consumers ?? []).map(({ layer }) => planOf(layer)),
      samples,
    );
    const more = plans.filter(({ layer }) => !batch.plans.has(layer.node));
    const bytes = more.reduce((sum, plan) => sum + bytesOf(plan, samples), 0);
    if (batch.sites.length > 0 && batch.bytes + bytes > MOST_BYTES) {
      batch = emptyBatch();
      batches.push(batch);
    }
    batch.sites.push(site);
    for (const plan of plans) {
      if (batch.plans.has(plan.layer.node)) continue;
      batch.plans.set(plan.layer.node, plan);
      batch.bytes += bytesOf(plan, samples);
    }
  }
  return batches;
}

/** Where sites are looked at. */
export interface SiteSampling extends Pick<Context, 'runs' | 'signal' | 'random'> {
  readonly calibration: Calibration;
  readonly onSample: () => void;
}

/**
 * Goes through the sites with what the layers behind them are fed with, as many sites at a time as memory allows.
 *
 * @param use gets a site and its layers as the samples show them
 * @throws CancelledError when the signal fires
 */
export async function eachSampledSite(
  model: Model,
  engine: Engine,
  sites: readonly Site[],
  sampling: SiteSampling,
  use: (site: Site, sampled: (layer: LinearLayer) => SampledLayer) => Promise<void>,
): Promise<void> {
  const samples = sampling.calibration.count;
  const dimsOf = dimsReader(engine.types);
  const planOf = (layer: LinearLayer): Plan => {
    const positions = positionsOf(layer, samples, dimsOf(layer.output));
    const few = Math.max(1, Math.floor(MOST_ROWS / samples));
    return { layer, positions: layer.columns > MOST_ROWS ? Math.min(positions, few) : positions };
  };
  for (const { sites: own, plans } of batchesOf(sites, planOf, samples)) {
    const wanted = Array.from(plans.values(), (plan) => ({ kind: 'inputs' as const, ...plan }));
    const rows = await collectRows(model, wanted, sampling);
    const layers = new Map<Node, SampledLayer>();
    for (const [index, { layer }] of wanted.entries()) {
      layers.set(layer.node, await sampledLayer(layer, present(rows[index], 'rows')));
    }
    for (const site of own) await use(site, ({ node }) => present(layers.get(node), node.label));
  }
}
