import type { ModelError } from '@onnx-compress/core';
import { elementCount } from '@onnx-compress/graph';
import type { InputSpec } from './input-spec.js';
import { inputsTooLarge } from './messages.js';
import { type DimSizes, shapeUnder } from './symbolic-dims.js';

/** Most values of one random sample, and of all together: samples are made anew for every comparison, in JavaScript. */
const MOST_VALUES = 2 ** 25;

/** So many samples are made of inputs of any size. */
const FEWEST_SAMPLES = 2;

/** How many random samples to make: as many as wanted, fewer where they are large. */
export function sampleCount(inputs: readonly InputSpec[], sizes: DimSizes, wanted: number): number {
  const values = shapes(inputs, sizes).reduce((sum, { count }) => sum + count, 0);
  return Math.min(wanted, Math.max(FEWEST_SAMPLES, Math.floor(MOST_VALUES / values)));
}

/** Why no sample of these sizes is made; undefined where one is. */
export function oversized(inputs: readonly InputSpec[], sizes: DimSizes): ModelError | undefined {
  const [largest, ...others] = shapes(inputs, sizes).sort((a, b) => b.count - a.count);
  if (largest === undefined) return undefined;
  const values = others.reduce((sum, { count }) => sum + count, largest.count);
  return values > MOST_VALUES ? inputsTooLarge(largest.name, largest.shape) : undefined;
}

function shapes(inputs: readonly InputSpec[], sizes: DimSizes) {
  return inputs.map((input) => {
    const shape = shapeUnder(input.dims ?? [], input, sizes);
    return { name: input.name, shape, count: elementCount(shape) };
  });
}
