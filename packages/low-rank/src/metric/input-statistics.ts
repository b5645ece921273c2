import type { Matrix } from '@onnx-compress/core';
import { inRanges, type Pause } from '@onnx-compress/math';
import { type CentredGram, gramsOfRows, type LinearLayer, takesBias } from '@onnx-compress/recovery';
import { type Engine, pauseOf } from '../engine/engine.js';
import type { Metric } from '../engine/metric.js';
import type { Site } from '../sites/site.js';
import { chosenShrinkage } from './chosen-shrinkage.js';
import { normalShrinkage, shrunkCovariance } from './shrunk-covariance.js';

/** What one group of a layer is fed with. */
export interface InputStatistics {
  /** What errors of its matrix are measured in; undefined where nothing varies. */
  readonly metric: Metric | undefined;
  /** One mean for each column, which the bias makes up for; undefined where it cannot, and the metric counts means. */
  readonly mean: Float64Array | undefined;
}

/** How far covariances are moved toward a multiple of the identity, by layer; filled as layers are seen. */
export type Shrinkages = Map<string, number>;

/** Products about zero instead of the means. */
async function uncentred({ rows, columns, mean, products }: CentredGram, pause: Pause): Promise<CentredGram> {
  const about = products.slice();
  const addMeans = (from: number, to: number) => {
    for (let at = from; at < to; at++) {
      about[at] = (about[at] ?? 0) + rows * (mean[Math.floor(at / columns)] ?? 0) * (mean[at % columns] ?? 0);
    }
  };
  await inRanges(about.length, addMeans, pause);
  return { rows, columns, mean, products: about };
}

async function shrinkageOf(site: Site, rows: Matrix, shrinkages: Shrinkages, engine: Engine) {
  if (site.kind !== 'matrix' || site.groups > 1) return undefined;
  const { label } = site.node;
  const amount = shrinkages.get(label) ?? (await chosenShrinkage(site, rows, engine));
  shrinkages.set(label, amount);
  return amount;
}

/**
 * The statistics of each group of a layer, from what it is fed with at sampled positions.
 *
 * @throws CancelledError when the signal fires
 */
export async function inputStatistics(
  site: Site,
  layer: LinearLayer,
  rows: Matrix,
  shrinkages: Shrinkages,
  engine: Engine,
): Promise<readonly InputStatistics[]> {
  const amount = await shrinkageOf(site, rows, shrinkages, engine);
  const isShifted = await takesBias(layer.node, layer.weight.tensor.dataType, layer.outputs);
  const grams = await gramsOfRows(layer, rows, engine);
  const pause = pauseOf(engine);
  const statistics: InputStatistics[] = [];
  for (const gram of grams) {
    const part = amount ?? (await normalShrinkage(gram, pause));
    const covariance = await shrunkCovariance(isShifted ? gram : await uncentred(gram, pause), part, pause);
    statistics.push({ metric: covariance && { covariance }, mean: isShifted ? gram.mean : undefined });
  }
  return statistics;
}
