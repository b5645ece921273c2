import { type Calibration, type Context, type LayerRepair, pickSamples } from '@onnx-compress/core';
import { type Model, Scratch, type Tensor, type Weight } from '@onnx-compress/graph';
import { correctBiases } from '@onnx-compress/recovery';
import type { Int8Scales } from './weights/int8-weight.js';
import { roundedTensor } from './weights/rounded-weight.js';

/** A weight that is about to be written as int8. */
export interface RoundedWeight {
  readonly weight: Weight;
  readonly tensor: Tensor;
  readonly int8: Int8Scales;
}

/** A weight and what it is rounded to. */
export interface ReplacedWeight {
  readonly weight: Weight;
  readonly rounded: Tensor;
}

/** Means need no more samples than these; each is run once for every layer on the longest path. */
const MOST_SAMPLES = 64;

/** Samples spread evenly over all of them, where these are more than are needed. */
function someOf(calibration: Calibration): Calibration {
  const { count } = calibration;
  if (count <= MOST_SAMPLES) return calibration;
  const isTaken = (index: number) =>
    Math.floor((index * MOST_SAMPLES) / count) < Math.floor(((index + 1) * MOST_SAMPLES) / count);
  return pickSamples(calibration, isTaken);
}

/**
 * Gives the layers behind weights that are about to be rounded the biases with which they compute, on average over the
 * samples, what they did before. It works on the float operators, before they are rewritten, so that every form of a
 * layer is corrected alike; what activations lose that are quantized at run time is not seen.
 *
 * Afterwards the weights hold their rounded values.
 *
 * @returns what was done for each layer; nothing without samples
 * @throws CancelledError when the signal fires
 */
export function correctRounding(
  model: Model,
  weights: readonly RoundedWeight[],
  context: Context,
): Promise<readonly LayerRepair[]> {
  const scratch = new Scratch();
  const replaced = weights.map(({ weight, tensor, int8 }) => ({
    weight,
    rounded: roundedTensor(tensor, int8, scratch),
  }));
  return correctReplaced(model, replaced, context);
}

/** As {@link correctRounding}, for weights that are rounded in any way. */
export async function correctReplaced(
  model: Model,
  weights: readonly ReplacedWeight[],
  context: Context,
): Promise<readonly LayerRepair[]> {
  const { calibration } = context;
  if (calibration === undefined || weights.length === 0) return [];
  const original = model.clone();
  for (const { weight, rounded } of weights) weight.replace(rounded);
  return correctBiases({ original, changed: model }, { ...context, calibration: someOf(calibration) });
}
