import { type Calibration, type Context, type LayerRepair, yieldToEventLoop } from '@onnx-compress/core';
import type { Model } from '@onnx-compress/graph';
import { type CentredGram, inputGrams, type LinearLayer, readWeightMatrix } from '@onnx-compress/recovery';
import { noBetterRounding } from '../../messages.js';
import type { WeightGroup } from '../../placement/weight-group.js';
import { shares } from '../../rounding/adaptive-rounding.js';
import { outputEnergy } from '../../rounding/output-energy.js';
import { type BlockFormat, type BlockWeight, restoreBlocks } from '../block-format.js';
import { type AssignedLayer, assignedLayers } from './assigned-layer.js';
import { lossOf, nearestBlocks } from './block-loss.js';
import { gptqBlocks } from './gptq-blocks.js';
import { areFinite, gramsAbout, isAboutMeans, type OutputMetric } from './output-metric.js';

/** What a search chose, by the name of the weight, and what came of it for each layer. */
export interface Assignment {
  readonly weights: ReadonlyMap<string, BlockWeight>;
  readonly repairs: readonly LayerRepair[];
}

/** What was fitted to a layer, and whether its outputs count about their means. */
interface Fitted {
  readonly weight: BlockWeight;
  readonly aboutMeans: boolean;
}

/** What the blocks of a layer lose on samples held out, against rounding to the nearest integers. */
async function judge(
  { group, layer }: AssignedLayer,
  weight: BlockWeight,
  grams: readonly CentredGram[],
  signal: Context['signal'],
): Promise<LayerRepair> {
  const matrix = await readWeightMatrix(layer);
  const outputs = { layer, grams, signal };
  const energy = (await outputEnergy(matrix, outputs)) || 1;
  const nearest = nearestBlocks(matrix, outputs, weight.format) ?? matrix;
  const errorBefore = (await lossOf(matrix, nearest, outputs)) / energy;
  const errorAfter = (await lossOf(matrix, restoreBlocks(weight), outputs)) / energy;
  const repair = { node: group.layers[0].node.label, method: 'rounding', errorBefore, errorAfter } as const;
  return errorAfter < errorBefore ? repair : { ...repair, reason: noBetterRounding() };
}

/**
 * Chooses the integers of all layers whose inputs samples show by GPTQ, and keeps what changes their outputs less than the
 * nearest integers on samples held out. The Gram matrices of one layer exist at a time; of a weight, half a byte for each of
 * its numbers is kept.
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
  const { calibration, signal } = context;
  const all = assignedLayers(groups);
  if (calibration === undefined || all.length === 0) return { weights: new Map(), repairs: [] };
  const { fitting, judging } = shares(calibration);
  const found = new Map<AssignedLayer, Fitted>();
  const visit = layerVisits(model, all, context);
  await visit(fitting, async (one, centred) => {
    const { outputs: rows, columns } = one.layer;
    const matrix = Float32Array.from(await readWeightMatrix(one.layer));
    const aboutMeans = isAboutMeans(centred, metric);
    const grams = gramsAbout(centred, aboutMeans).map(({ products }) => products);
    found.set(one, { weight: await gptqBlocks({ matrix, rows, columns, grams }, format, { signal }), aboutMeans });
  });
  const weights = new Map<string, BlockWeight>();
  const repairs: LayerRepair[] = [];
  await visit(judging, async (one, centred) => {
    const fitted = found.get(one);
    if (fitted === undefined) return;
    const { weight, aboutMeans } = fitted;
    const repair = await judge(one, weight, gramsAbout(centred, aboutMeans), signal);
    repairs.push(repair);
    if (repair.reason === undefined) weights.set(one.group.weight.name, weight);
    found.delete(one);
  });
  return { weights, repairs };
}

type Visit = (one: AssignedLayer, grams: readonly CentredGram[]) => Promise<void>;

/** Goes through the layers with their Gram matrices, twice in all; those whose inputs are not finite are left out. */
function layerVisits(model: Model, all: readonly AssignedLayer[], context: Context) {
  const byNode = new Map(all.map((one) => [one.layer.node, one]));
  const layers = all.map(({ layer }) => layer);
  let done = 0;
  return (calibration: Calibration, use: Visit) =>
    inputGrams(model, layers, { ...context, calibration }, async ({ node }: LinearLayer, grams) => {
      await yieldToEventLoop(context.signal);
      const one = byNode.get(node);
      if (one !== undefined && areFinite(grams)) await use(one, grams);
      context.progress(++done, 2 * layers.length, node.label);
    });
}
