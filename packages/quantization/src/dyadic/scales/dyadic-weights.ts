import type { Value } from '@onnx-compress/graph';
import type { ActivationScale } from '../../activations/activation-scale.js';
import { inputScale, weightFactor } from '../../emission/static/emit-static.js';
import { layerBias } from '../../emission/static/layer-bias.js';
import type { WeightGroup } from '../../placement/weight-group.js';
import type { StaticChoice } from '../../static-choice.js';
import { withRoomForBias } from '../../weights/bias-room.js';
import type { Int8Scales } from '../../weights/int8-weight.js';
import { biasValues } from '../../weights/integer-bias.js';
import { differingSums, EXACT_INTEGERS } from '../exactness/differing-sums.js';
import { bitLength, dyadicOf } from '../number/dyadic.js';
import { shortAbove, stepAt } from '../number/short-number.js';
import type { DyadicScaling } from './dyadic-scaling.js';
import { quantizedOutput } from './quantized-output.js';

/** Both sides of a layer that reads a weight. */
interface Sides {
  readonly input: ActivationScale;
  readonly output: ActivationScale | undefined;
}

/** Significant bits of a float32. */
const FLOAT_BITS = 24;

/** Largest integer that a bias becomes: sums of products and bias stay where float32 holds every integer. */
const BIAS_LIMIT = 2 ** 22;

/** Smallest multiplier: all sums that float32 holds come to less than one step. */
const SMALLEST_MULTIPLIER = 2 ** -24;

/** Part by which the scale of a channel may be larger than it has to be; most need no more than a hundredth. */
const SLACK = 1 / 4;

/** Scales tried for one channel, at most. */
const MOST_TRIALS = 64;

/**
 * Scales of a weight with which the multipliers of its layers are dyadic: the mantissa of what the layer gives times
 * an integer of few bits, over a power of two, so that the former cancels out. They are no smaller than before. Of
 * those that are nearly as small, the first is taken with which float kernels round every sum as integers do.
 */
export async function dyadicWeights(
  group: WeightGroup,
  int8: Int8Scales,
  { plan, scales }: StaticChoice,
  scaling: DyadicScaling,
): Promise<Int8Scales> {
  const sides = group.layers.map((layer): Sides => {
    const output = quantizedOutput(layer.node, plan, scales);
    return { input: inputScale(layer, scales), output: output && scales.get(output) };
  });
  const roomy = await withSmallBiases(group, int8, scales);
  return { ...roomy, scales: roomy.scales.map((scale) => dyadicScale(scale, sides, scaling)) };
}

async function withSmallBiases(
  group: WeightGroup,
  int8: Int8Scales,
  scales: ReadonlyMap<Value, ActivationScale>,
): Promise<Int8Scales> {
  let roomy = int8;
  for (const layer of group.layers) {
    const bias = layerBias(layer, scales);
    if (bias === undefined) continue;
    const product = inputScale(layer, scales).scale * Math.abs(weightFactor(layer));
    roomy = withRoomForBias(roomy, await biasValues(bias), product, BIAS_LIMIT);
  }
  return roomy;
}

function dyadicScale(scale: number, sides: readonly Sides[], scaling: DyadicScaling): number {
  const least = Math.max(scale, ...sides.map(smallestScale));
  const mantissa = Math.max(1, ...sides.map(({ output }) => (output ? dyadicOf(output.scale).numerator : 1)));
  const inputBits = Math.max(...sides.map(({ input }) => bitLength(dyadicOf(input.scale).numerator)));
  const room = Math.min(scaling.multiplierBits, FLOAT_BITS - bitLength(mantissa)) - inputBits;
  const bits = scaling.plainWeights ? 1 : Math.max(1, room);
  return (
    mantissa *
    exactScale(shortAbove(least / mantissa, bits), bits, (plain) =>
      sides.reduce((sum, side) => sum + differing(plain * mantissa, side), 0),
    )
  );
}

/** The first of the numbers from `least` on for which nothing differs, or the one with the least. */
function exactScale(least: number, bits: number, differingFor: (scale: number) => number): number {
  const step = stepAt(least, bits);
  const trials = Math.min(MOST_TRIALS, Math.floor((least * SLACK) / step) + 1);
  let best = { scale: least, count: Number.POSITIVE_INFINITY };
  for (let trial = 0; trial < trials && best.count > 0; trial++) {
    const scale = least + trial * step;
    const count = differingFor(scale);
    if (count < best.count) best = { scale, count };
  }
  return best.scale;
}

function differing(scale: number, { input, output }: Sides): number {
  if (output === undefined) return 0;
  const reach = { least: -output.zeroPoint, most: 255 - output.zeroPoint };
  return differingSums((scale * input.scale) / output.scale, reach, EXACT_INTEGERS - 1);
}

function smallestScale({ input, output }: Sides): number {
  return output === undefined ? 0 : (SMALLEST_MULTIPLIER * output.scale) / input.scale;
}
