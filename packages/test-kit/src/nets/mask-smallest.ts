import {
  countLayerCosts,
  float32Tensor,
  type Model,
  present,
  readFloats,
  ShapeTable,
  type Weight,
} from '@onnx-compress/graph';

/** The weights of the main graph that layers multiply by, as the cost counters tell them. */
function weightsOf(model: Model): readonly Weight[] {
  const constants = countLayerCosts(model, new ShapeTable()).flatMap((layer) => layer.constants);
  const names = constants.filter(({ role }) => role === 'weight').map(({ name }) => name);
  return names.map((name) => present(model.graph.value(name)?.weight, `weight ${name}`));
}

/** Absolute values as integers of the same order: the bits of a positive float32 sort as the number does. */
const magnitudes = (values: Float32Array) =>
  new Uint32Array(values.buffer, values.byteOffset, values.length).map((bits) => bits & 0x7fffffff);

/**
 * Sets the smallest weights of a whole model to zero, by magnitude over all layers together: of n weights exactly
 * round(n * (1 - share)) are kept, of equal ones those that come first.
 *
 * @param share part of the weights to zero, from 0 to 1
 */
export async function maskSmallestWeights(model: Model, share: number): Promise<void> {
  const weights = weightsOf(model);
  const values = await Promise.all(weights.map(async ({ tensor }) => (await readFloats(tensor)).slice()));
  const total = values.reduce((sum, { length }) => sum + length, 0);
  const kept = Math.round(total * (1 - share));
  const sizes = values.map(magnitudes);
  const all = new Uint32Array(total);
  let offset = 0;
  for (const part of sizes) {
    all.set(part, offset);
    offset += part.length;
  }
  all.sort();
  const smallest = kept === 0 ? Number.POSITIVE_INFINITY : present(all[total - kept], 'threshold');
  let ties = kept - (total - firstAbove(all, smallest));
  for (const [layer, part] of sizes.entries()) {
    const masked = present(values[layer], 'values');
    for (const [index, size] of part.entries()) {
      if (size > smallest || (size === smallest && ties-- > 0)) continue;
      masked[index] = 0;
    }
    const weight = present(weights[layer], 'weight');
    weight.replace(float32Tensor(weight.tensor.dims, masked));
  }
}

/** Index of the first entry of a sorted list that is larger than `limit`. */
function firstAbove(sorted: Uint32Array, limit: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
