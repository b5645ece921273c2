import { type Context, type LayerRepair, throwIfAborted } from '@onnx-compress/core';
import type { Model, Node } from '@onnx-compress/graph';
import { type CentredGram, inputGrams, type LinearLayer, readWeightMatrix } from '@onnx-compress/recovery';
import { type IsTaken, type ScalableChannels, scalableChannels } from '../../equalization/scalable-channels.js';
import { channelAt, divideChannels } from '../../equalization/scale-channels.js';
import { noBetterScales } from '../../messages.js';
import { shares } from '../../rounding/adaptive-rounding.js';
import { type Outputs, outputEnergy } from '../../rounding/output-energy.js';
import type { BlockFormat } from '../block-format.js';
import { lossOf, nearestBlocks } from './block-loss.js';
import { areFinite, gramsAbout, isAboutMeans, type OutputMetric } from './output-metric.js';

/** Powers of the size of a channel that are tried; with 0 nothing is scaled. */
const POWERS = [0, 0.15, 0.3, 0.45, 0.6, 0.75, 0.9];

/** No channel is scaled further than this. */
const LARGEST_FACTOR = 1e3;

/** What is known of the channels between a source and its consumers. */
interface Trial {
  readonly channels: ScalableChannels;
  /** Root of the mean square of each channel, from the first consumer that was seen. */
  sizes: Float64Array;
  /** Of all consumers, for each power. */
  readonly fitted: Float64Array;
  readonly judged: Float64Array;
}

/** A layer whose inputs are scaled, and what judges that. */
type ScaledOutputs = Outputs & { readonly layer: LinearLayer };

/** The size of each channel where a layer reads it. */
function channelSizes(layer: LinearLayer, grams: readonly CentredGram[], channels: number): Float64Array {
  const channel = channelAt(layer, channels);
  const squares = new Float64Array(channels);
  for (const [group, { rows, columns, mean, products }] of grams.entries()) {
    const row = (group * layer.outputs) / grams.length;
    for (const [column, center] of mean.entries()) {
      const own = channel(row, column);
      const square = (products[column * (columns + 1)] ?? 0) / Math.max(1, rows) + center * center;
      squares[own] = (squares[own] ?? 0) + square;
    }
  }
  return squares.map(Math.sqrt);
}

/** The sizes to a power, about 1: their geometric mean is taken out. */
function factorsOf(sizes: Float64Array, power: number): Float64Array {
  const logs = sizes.map((size) => (size > 0 ? power * Math.log(size) : 0));
  const seen = logs.filter((_, channel) => (sizes[channel] ?? 0) > 0);
  const mean = seen.reduce((sum, log) => sum + log, 0) / Math.max(1, seen.length);
  return logs.map((log, channel) => {
    const factor = (sizes[channel] ?? 0) > 0 ? Math.exp(log - mean) : 1;
    return Math.min(LARGEST_FACTOR, Math.max(1 / LARGEST_FACTOR, factor));
  });
}

/** What a layer loses when its scaled inputs are rounded. */
async function scaledLoss(
  matrix: Float64Array,
  factors: Float64Array,
  format: BlockFormat,
  outputs: ScaledOutputs,
): Promise<number> {
  const { layer } = outputs;
  const channel = channelAt(layer, factors.length);
  const factorAt = (at: number) => factors[channel(Math.floor(at / layer.columns), at % layer.columns)] ?? 1;
  const scaled = matrix.map((value, at) => value * factorAt(at));
  const rounded = nearestBlocks(scaled, outputs, format);
  if (rounded === undefined) return Number.NaN;
  const restored = Float64Array.from(rounded, (value, at) => value / factorAt(at));
  return lossOf(matrix, restored, outputs);
}

/**
 * Activation-aware scaling: the input channels of layers are multiplied by a power of their size before their weights are
 * rounded, and what computes them is divided by it, so that the model computes the same and large channels are rounded
 * more finely. The power that loses least is taken where it loses less than none on samples held out.
 *
 * Source: Lin et al., AWQ, arXiv:2306.00978.
 *
 * @throws CancelledError when the signal fires
 */
export async function scaleInputs(
  model: Model,
  format: BlockFormat,
  isTaken: IsTaken,
  metric: OutputMetric,
  context: Context,
): Promise<readonly LayerRepair[]> {
  const { calibration, signal } = context;
  const found = await scalableChannels(model, isTaken);
  if (calibration === undefined || found.length === 0) return [];
  const trials = found.map((channels): Trial => {
    const [fitted, judged] = [new Float64Array(POWERS.length), new Float64Array(POWERS.length)];
    return { channels, sizes: new Float64Array(0), fitted, judged };
  });
  const byNode = new Map(trials.flatMap((trial) => trial.channels.consumers.map(({ node }) => [node, trial] as const)));
  const layers = trials.flatMap(({ channels }) => channels.consumers);
  let done = 0;
  for (const part of ['fitted', 'judged'] as const) {
    const samples = shares(calibration)[part === 'fitted' ? 'fitting' : 'judging'];
    await inputGrams(model, layers, { ...context, calibration: samples }, async (layer, grams) => {
      const trial = byNode.get(layer.node);
      if (trial !== undefined && areFinite(grams)) {
        if (trial.sizes.length === 0) trial.sizes = channelSizes(layer, grams, trial.channels.channels);
        const own = await gramsAbout(grams, isAboutMeans(grams, metric), context);
        await addLosses(trial.sizes, trial[part], format, { layer, grams: own, signal });
      }
      context.progress(++done, 2 * layers.length, layer.node.label);
    });
  }
  return settled(trials, signal);
}

/** Adds what a layer loses with each power, as a part of what it computes. */
async function addLosses(
  sizes: Float64Array,
  losses: Float64Array,
  format: BlockFormat,
  outputs: ScaledOutputs,
): Promise<void> {
  const matrix = await readWeightMatrix(outputs.layer);
  const energy = (await outputEnergy(matrix, outputs)) || 1;
  for (const [index, power] of POWERS.entries()) {
    const loss = await scaledLoss(matrix, factorsOf(sizes, power), format, outputs);
    losses[index] = (losses[index] ?? 0) + loss / energy;
  }
}

const sourceNode = ({ source }: ScalableChannels): Node => (source.kind === 'layer' ? source.layer.node : source.node);

/** Scales the channels of which that helps. */
async function settled(trials: readonly Trial[], signal: Context['signal']): Promise<readonly LayerRepair[]> {
  const repairs: LayerRepair[] = [];
  for (const { channels, sizes, fitted, judged } of trials) {
    throwIfAborted(signal);
    const best = fitted.indexOf(Math.min(...fitted));
    const [errorBefore = 0, errorAfter = 0] = [judged[0], judged[Math.max(0, best)]];
    const helps = best > 0 && errorAfter < errorBefore;
    const scaled = helps && (await divideChannels(channels, factorsOf(sizes, POWERS[best] ?? 0)));
    const repair = { node: sourceNode(channels).label, method: 'rounding', errorBefore, errorAfter } as const;
    repairs.push(scaled ? repair : { ...repair, reason: noBetterScales() });
  }
  return repairs;
}
