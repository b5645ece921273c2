import { type Change, type Random, seededRandom } from '@onnx-compress/core';
import { floatsToTensor, type Model, present, readFloats, type Tensor } from '@onnx-compress/graph';
import { relativeError, runModel } from '@onnx-compress/test-kit';
import { maskedReference } from './oracle.js';

type Feeds = Readonly<Record<string, Tensor>>;

/** A change of the data about as large as what single precision loses in a sum of some hundred terms. */
const NUDGE = 1e-6;

async function nudged(tensor: Tensor, random: Random): Promise<Tensor> {
  if (tensor.dataType !== 'float32') return tensor;
  const values = (await readFloats(tensor)).map((value) => value * (1 + NUDGE * (2 * random.integer(2) - 1)));
  return floatsToTensor('float32', tensor.dims, values);
}

/** Where an integer tips over is met by some of the changes only. */
const DRAWS = 16;

/**
 * How much the masked original itself changes where its inputs and weights change by one part in a million: the largest
 * relative error over all outputs and several such changes. It tells a net that magnifies rounding, in a normalization or
 * in a QuantizeLinear close to a tie, from one that was pruned wrongly.
 */
export async function roundingNoise(original: Model, changed: readonly Change[], feeds: Feeds): Promise<number> {
  const expected = await runModel(await maskedReference(original, changed, {}), feeds, 'disabled');
  const random = seededRandom(1, 'nudge');
  let largest = 0;
  for (let draw = 0; draw < DRAWS; draw++) {
    const reference = await maskedReference(original, changed, {});
    for (const weight of reference.weights()) weight.replace(await nudged(weight.tensor, random));
    const given: [string, Tensor][] = [];
    for (const [name, tensor] of Object.entries(feeds)) given.push([name, await nudged(tensor, random)]);
    const actual = await runModel(reference, Object.fromEntries(given), 'disabled');
    for (const [name, tensor] of expected) {
      const other = present(actual.get(name), name);
      largest = Math.max(largest, relativeError(await readFloats(tensor), await readFloats(other)));
    }
  }
  return largest;
}
