import type { Weight } from '@onnx-compress/graph';
import type { Leftovers, WeightPair } from './pair-weights.js';

/** A weight of the first model, its integers in the second one, and their scale. */
export interface QuantizedPair extends WeightPair {
  readonly scale: Weight;
}

/**
 * Takes from the leftovers what quantization calls `<name>_quantized`, or `<name>_q` for biases, and `<name>_scale`. A pair does not stand for the
 * same value in the inputs of nodes: those read what is computed from both.
 *
 * @param keyOf scope and name of a weight
 */
export function pairQuantized(left: Leftovers, keyOf: (weight: Weight) => string): readonly QuantizedPair[] {
  const byKey = new Map([...left.after].map((weight) => [keyOf(weight), weight]));
  return [...left.before].flatMap((before): readonly QuantizedPair[] => {
    const key = keyOf(before);
    const [after, scale] = [byKey.get(`${key}_quantized`) ?? byKey.get(`${key}_q`), byKey.get(`${key}_scale`)];
    if (!after || !scale) return [];
    left.before.delete(before);
    left.after.delete(after);
    left.after.delete(scale);
    return [{ before, after, scale }];
  });
}
