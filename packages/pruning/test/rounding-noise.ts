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

/**
 * How much the masked original itself changes where its inputs and weights change by one part in a million: the largest
 * relative error over all outputs. It tells a net that magnifies rounding from one that was pruned wrongly.
 */
export async function roundingNoise(original: Model, changed: readonly Change[], feeds: Feeds): Promise<number> {
  const reference = await maskedReference(original, changed, {});
  const expected = await runModel(reference, feeds, 'disabled');
  const random = seededRandom(1, 'nudge');
  for (const weight of reference.weights()) weight.replace(await nudged(weight.tensor, random));
  const given: [string, Tensor][] = [];
  for (const [name, tensor] of Object.entries(feeds)) given.push([name, await nudged(tensor, random)]);
  const actual = await runModel(reference, Object.fromEntries(given), 'disabled');
  const errors = [...expected].map(async ([name, tensor]) =>
    relativeError(await readFloats(tensor), await readFloats(present(actual.get(name), name))),
  );
  return Math.max(...(await Promise.all(errors)));
}
