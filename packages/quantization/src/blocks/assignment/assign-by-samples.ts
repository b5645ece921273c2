import { type Context, type LayerRepair, type Matrix, yieldToEventLoop } from '@onnx-compress/core';
import type { Model } from '@onnx-compress/graph';
import { gramsOfRows, inputRows, type LinearLayer, readWeightMatrix } from '@onnx-compress/recovery';
import { noBetterRounding } from '../../messages.js';
import type { WeightGroup } from '../../placement/weight-group.js';
import { type BlockFormat, type BlockWeight, blockLayout, nearestParameters } from '../block-format.js';
import { type AssignedLayer, assignedLayers } from './assigned-layer.js';
import { findDamping } from './damping-search.js';
import { gptqBlocks } from './gptq-blocks.js';
import { areFinite, fittedGrams, type OutputMetric } from './output-metric.js';
import { fewSamples, type SampleHalves, sampleHalves } from './sample-halves.js';

/** Errors are averaged over all rows of a layer, so that few samples do. */
const MOST_SAMPLES = 128;

/** What a search chose, by the name of the weight, and what came of it for each layer. */
export interface Assignment {
  readonly weights: ReadonlyMap<string, BlockWeight>;
  readonly repairs: readonly LayerRepair[];
}

/** What a search found for one layer. */
interface Assigned {
  readonly repair: LayerRepair;
  /** Left out where the nearest integers do better. */
  readonly weight?: BlockWeight;
}

/** What one layer is assigned by. */
interface Search {
  readonly format: BlockFormat;
  readonly metric: OutputMetric;
  readonly context: Context;
}

/**
 * Chooses the integers of all layers whose inputs samples show by GPTQ, and keeps what changes their outputs less than the
 * nearest integers. Damping, and whether that is so, is found by fitting to each half of the samples and judging on the other;
 * the integers are then fitted to all samples. The Gram matrices of one layer exist at a time; of a weight, half a byte for
 * each of its numbers is kept.
 *
 * @param groups weights of the model, as the file holds them
 * @returns weights that are better rounded otherwise; all others keep the nearest integers. Nothing without samples
 * @throws CancelledError when the signal fires
 */
export async function assignBySamples(
  model: Model,
  groups: readonly WeightGroup[],
  format: BlockFormat,
  metric: OutputMetric,
  context: Context,
): Promise<Assignment> {
  const all = assignedLayers(groups);
  if (context.calibration === undefined || all.length === 0) return { weights: new Map(), repairs: [] };
  const calibration = fewSamples(context.calibration, MOST_SAMPLES);
  const byNode = new Map(all.map((one) => [one.layer.node, one]));
  const layers = all.map(({ layer }) => layer);
  const weights = new Map<string, BlockWeight>();
  const repairs: LayerRepair[] = [];
  const search = { format, metric, context };
  let done = 0;
  await inputRows(model, layers, { ...context, calibration }, async ({ node }: LinearLayer, rows: Matrix) => {
    await yieldToEventLoop(context.signal);
    const one = byNode.get(node);
    const found = one && (await assign(one, await sampleHalves(rows, calibration.count, context), search));
    if (found !== undefined) repairs.push(found.repair);
    if (one !== undefined && found?.weight !== undefined) weights.set(one.group.weight.name, found.weight);
    context.progress(++done, layers.length, node.label);
  });
  return { weights, repairs };
}

/** @returns undefined where the weight or its inputs are not finite */
async function assign(
  { group, layer }: AssignedLayer,
  { all, halves: [first, second] }: SampleHalves,
  { format, metric, context }: Search,
): Promise<Assigned | undefined> {
  const { outputs, columns } = layer;
  const matrix = await readWeightMatrix(layer);
  const subject = { matrix: Float32Array.from(matrix), rows: outputs, columns };
  const nearest = nearestParameters(subject.matrix, blockLayout(subject, format), format);
  const grams = [await gramsOfRows(layer, first, context), await gramsOfRows(layer, second, context)] as const;
  if (nearest === undefined || !grams.every(areFinite)) return undefined;
  const own = nearest.format;
  const { damping, ...errors } = await findDamping({ outputs, columns, matrix }, own, grams, metric, context);
  const repair = { node: group.layers[0].node.label, method: 'rounding', ...errors } as const;
  if (!(errors.errorAfter < errors.errorBefore)) return { repair: { ...repair, reason: noBetterRounding() } };
  const fitted = { ...subject, grams: await fittedGrams(await gramsOfRows(layer, all, context), metric, context) };
  const weight = await gptqBlocks(fitted, own, (damping * first.rows) / all.rows, context);
  return { repair, weight };
}
