import type { ModelError } from '@onnx-compress/core';
import { elementCount } from '@onnx-compress/graph';
import type { InputSpec } from './input-spec.js';
import { inputsTooLarge } from './messages.js';
import { type DimSizes, shapeUnder } from './symbolic-dims.js';

/** Most values of a random sample: 256 MB of float32. Samples are made anew for every comparison, in JavaScript. */
const MOST_VALUES = 2 ** 26;

/** Why a sample with these sizes is not made; undefined where it is. */
export function oversized(inputs: readonly InputSpec[], sizes: DimSizes): ModelError | undefined {
  const shapes = inputs.map((input) => ({ name: input.name, shape: shapeUnder(input.dims ?? [], input, sizes) }));
  const [largest] = shapes.sort((a, b) => elementCount(b.shape) - elementCount(a.shape));
  const values = shapes.reduce((sum, { shape }) => sum + elementCount(shape), 0);
  return largest === undefined || values <= MOST_VALUES ? undefined : inputsTooLarge(largest.name, largest.shape);
}
