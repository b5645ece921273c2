import { present } from '@onnx-compress/graph';

/**
 * Largest absolute difference over the largest absolute reference value: 0 for equal arrays, Infinity where the
 * reference is all zero and the other is not, NaN where either holds a NaN.
 *
 * @throws Error when the lengths differ.
 */
export function relativeError(reference: Float32Array, actual: Float32Array): number {
  if (reference.length !== actual.length) {
    throw new Error(`relativeError: ${reference.length} reference values against ${actual.length}`);
  }
  let largest = 0;
  let difference = 0;
  for (const [index, value] of reference.entries()) {
    largest = Math.max(largest, Math.abs(value));
    difference = Math.max(difference, Math.abs(value - present(actual[index], 'value')));
  }
  return difference === 0 ? 0 : difference / largest;
}
