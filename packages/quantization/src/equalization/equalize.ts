import { type Context, throwIfAborted } from '@onnx-compress/core';
import type { Model } from '@onnx-compress/graph';
import { type LinearLayer, readWeightMatrix } from '@onnx-compress/recovery';
import { channelMaxima } from './channel-maxima.js';
import { type IsTaken, type ScalableChannels, scalableChannels } from './scalable-channels.js';
import { channelAt, divideChannels } from './scale-channels.js';
import { spreadChannels } from './spread-channels.js';

/**
 * What channels are made equal by: the weights on both sides, activations on one and weights on the other, or activations
 * alone, where that costs no weight anything.
 */
export type Equalization = 'weights' | 'activations' | 'free';

type Maxima = Awaited<ReturnType<typeof channelMaxima>>;

/** Rounds over all layers; a layer between two others is moved by both. */
const MOST_ROUNDS = 10;

/** A round that changes no channel by more than this part is the last. */
const REST = 0.02;

/** No channel is scaled further than this in a round, so that dead ones stay numbers. */
const LARGEST_FACTOR = 1e3;

async function rowMaxima(layer: LinearLayer): Promise<Float64Array> {
  const matrix = await readWeightMatrix(layer);
  const maxima = new Float64Array(layer.outputs);
  for (const [at, value] of matrix.entries()) {
    const row = Math.floor(at / layer.columns);
    maxima[row] = Math.max(maxima[row] ?? 0, Math.abs(value));
  }
  return maxima;
}

async function columnMaxima(layers: readonly LinearLayer[], channels: number): Promise<Float64Array> {
  const maxima = new Float64Array(channels);
  for (const layer of layers) {
    const channel = channelAt(layer, channels);
    const matrix = await readWeightMatrix(layer);
    for (const [at, value] of matrix.entries()) {
      const own = channel(Math.floor(at / layer.columns), at % layer.columns);
      maxima[own] = Math.max(maxima[own] ?? 0, Math.abs(value));
    }
  }
  return maxima;
}

/** sqrt(before / behind), 1 where one of them is nothing. */
function factorsOf(before: Float64Array, behind: Float64Array): Float64Array {
  return before.map((first, channel) => {
    const second = behind[channel] ?? 0;
    const factor = first > 0 && second > 0 ? Math.sqrt(first / second) : 1;
    return Math.min(LARGEST_FACTOR, Math.max(1 / LARGEST_FACTOR, factor));
  });
}

const isAtRest = (factors: Float64Array) => factors.every((factor) => Math.abs(Math.log(factor)) < REST);

/**
 * Cross-layer equalization: with r1 the largest weight of each output channel and r2 that of each input channel of the
 * layers behind, both become sqrt(r1 r2).
 *
 * Source: Nagel et al., Data-Free Quantization through Weight Equalization and Bias Correction, arXiv:1906.04721.
 */
async function equalizeWeights(all: readonly ScalableChannels[], context: Context): Promise<ReadonlySet<string>> {
  const moved = new Set<string>();
  for (let round = 0; round < MOST_ROUNDS; round++) {
    let rests = true;
    for (const [index, channels] of all.entries()) {
      throwIfAborted(context.signal);
      context.progress(round * all.length + index, MOST_ROUNDS * all.length);
      if (channels.source.kind !== 'layer') continue;
      const { layer } = channels.source;
      const factors = factorsOf(await rowMaxima(layer), await columnMaxima(channels.consumers, channels.channels));
      if (isAtRest(factors) || !(await divideChannels(channels, factors))) continue;
      rests = false;
      moved.add(layer.node.label);
    }
    if (rests) break;
  }
  return moved;
}

/**
 * Smoothing: with a the largest value of each channel on samples and w the largest weight that it is multiplied by, both
 * become sqrt(a w).
 *
 * Source: Xiao et al., SmoothQuant, arXiv:2211.10438, with alpha = 0.5.
 */
async function smoothActivations(all: readonly ScalableChannels[], seen: Maxima, { signal }: Context) {
  const moved = new Set<string>();
  for (const channels of all) {
    throwIfAborted(signal);
    const maxima = seen.get(channels);
    if (maxima === undefined) continue;
    const factors = factorsOf(maxima, await columnMaxima(channels.consumers, channels.channels));
    const { source } = channels;
    if (!isAtRest(factors) && (await divideChannels(channels, factors)))
      moved.add((source.kind === 'layer' ? source.layer.node : source.node).label);
  }
  return moved;
}

/**
 * Scales channels between layers so that they take up their range alike; the model computes the same as before.
 *
 * @returns the nodes whose channels were scaled; none where activations are to be equal and there are no samples
 * @throws CancelledError when the signal fires
 */
export async function equalize(
  model: Model,
  by: Equalization,
  isTaken: IsTaken,
  context: Context,
): Promise<ReadonlySet<string>> {
  if (by === 'free') return spreadChannels(model, isTaken, context);
  const all = await scalableChannels(model, isTaken);
  if (by === 'weights') return equalizeWeights(all, context);
  return smoothActivations(all, await channelMaxima(model, all, context), context);
}
