import type { Shape, ShapeRule } from './rule.js';

/** Output as the first input: activations, normalizations, casts, quantizers. */
export const asFirst: ShapeRule = (node, [first]) => first && node.outputs.map(() => first);

/** DynamicQuantizeLinear: the quantized input, and a scalar scale and zero point. */
export const dynamicQuantize: ShapeRule = (_node, [first]) => first && [first, [], []];

/** Numpy broadcasting over all inputs. */
export const broadcasting: ShapeRule = (_node, inputs) => {
  let shape: Shape | undefined = [];
  for (const input of inputs) shape = shape && input && broadcast(shape, input);
  return shape && [shape];
};

/** The broadcast of two shapes; undefined where they do not fit. */
export function broadcast(left: Shape, right: Shape): Shape | undefined {
  const rank = Math.max(left.length, right.length);
  const sizes = Array.from({ length: rank }, (_, axis) => {
    const a = left[axis - rank + left.length] ?? 1;
    const b = right[axis - rank + right.length] ?? 1;
    return a === b || b === 1 ? a : a === 1 ? b : Number.NaN;
  });
  return sizes.some(Number.isNaN) ? undefined : sizes;
}
