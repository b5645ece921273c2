import { type Context, yieldToEventLoop } from '@onnx-compress/core';
import { computedTensor, floatsToTensor, readFloats, type Tensor } from '@onnx-compress/graph';
import { roundStochastically, uniformAt } from '@onnx-compress/math';
import { keepsNearest } from '../messages.js';
import type { WeightGroup } from '../placement/weight-group.js';
import { isFine, LARGEST_FINE, STEPS } from '../weights/fine-weight.js';
import { type Int8Scales, layoutOf } from '../weights/int8-weight.js';
import { floatType } from '../weights/rounded-weight.js';

/** Numbers between two pauses. */
const BLOCK = 2 ** 20;

/** From here on float16 tells multiples of a step apart, up to 508 of them. */
const SMALLEST_FLOAT16_STEP = 2 ** -21;

/** The integers of a weight, as steps from the one that stands for zero. */
interface Steps {
  readonly perScale: number;
  limits(channel: number): readonly [low: number, high: number];
}

function stepsOf(int8: Int8Scales): Steps {
  const { zeroPoints } = int8;
  if (isFine(int8)) return { perScale: STEPS, limits: () => [-LARGEST_FINE, LARGEST_FINE] };
  if (zeroPoints === undefined) return { perScale: 1, limits: () => [-127, 127] };
  return { perScale: 1, limits: (channel) => [0 - (zeroPoints[channel] ?? 0), 255 - (zeroPoints[channel] ?? 0)] };
}

/** Whether the type of a weight tells its integers apart; bfloat16 does so up to 128. */
function holdsSteps({ dataType }: Tensor, int8: Int8Scales): boolean {
  if (dataType === 'bfloat16') return int8.zeroPoints === undefined && !isFine(int8);
  const { perScale } = stepsOf(int8);
  return dataType !== 'float16' || int8.scales.every((scale) => scale / perScale >= SMALLEST_FLOAT16_STEP);
}

/** Replaces a part of a channel by multiples of its step; the seed and the place decide which of two. */
function roundPart(part: Float32Array, start: number, channel: number, int8: Int8Scales, seed: number): void {
  const scale = int8.scales[channel] ?? 1;
  const { perScale, limits } = stepsOf(int8);
  const [low, high] = limits(channel);
  for (const [at, value] of part.entries()) {
    const integer = roundStochastically(Math.fround(value / scale) * perScale, uniformAt(seed, start + at));
    part[at] = (Math.max(low, Math.min(high, integer)) / perScale) * scale;
  }
}

async function round(
  values: Float32Array,
  { dims }: Tensor,
  int8: Int8Scales,
  seed: number,
  signal: Context['signal'],
): Promise<void> {
  const { inner, channels } = layoutOf(dims, int8.axis);
  let due = BLOCK;
  for (let start = 0; start < values.length; start += inner) {
    const channel = (start / inner) % channels;
    for (let from = start; from < start + inner; from += BLOCK) {
      if (from >= due) {
        await yieldToEventLoop(signal);
        due = from + BLOCK;
      }
      roundPart(values.subarray(from, Math.min(from + BLOCK, start + inner)), from, channel, int8, seed);
    }
  }
}

/** The weight in multiples of its steps, in its own type; computed whenever the bytes are asked for, always the same. */
function steppedTensor(tensor: Tensor, int8: Int8Scales, seed: number, signal: Context['signal']): Tensor {
  const dataType = floatType(tensor);
  return computedTensor(dataType, tensor.dims, async () => {
    const values = Float32Array.from(await readFloats(tensor));
    await round(values, tensor, int8, seed, signal);
    return floatsToTensor(dataType, tensor.dims, values).bytes();
  });
}

/**
 * Takes for each number of the weights the integer below or above, with the probability that makes their mean the number
 * itself. The error is up to a whole step rather than half of one, and zero on average; what lies beyond the integers is
 * saturated as it is otherwise. Nothing is kept: the integers follow from the seed of the run, the name of the weight and
 * the place in it, so all who compute them get the same.
 *
 * Weights of 16 bits whose type does not tell the integers apart keep the nearest, with a warning.
 *
 * @returns tensors whose nearest integers are the chosen ones
 */
export function roundAtRandom(
  weights: ReadonlyMap<WeightGroup, { readonly int8: Int8Scales }>,
  { random, signal, warn }: Pick<Context, 'random' | 'signal' | 'warn'>,
): ReadonlyMap<WeightGroup, Tensor> {
  const tensors = new Map<WeightGroup, Tensor>();
  for (const [group, { int8 }] of weights) {
    const { tensor, weight } = group;
    if (!holdsSteps(tensor, int8)) continue;
    const seed = random(`rounding/${weight.name}`).integer(2 ** 32);
    tensors.set(group, steppedTensor(tensor, int8, seed, signal));
  }
  if (tensors.size < weights.size) warn(keepsNearest(weights.size - tensors.size));
  return tensors;
}
