import { elementCount } from '../../tensor/element-count.js';
import { absoluteAxis, constantInts, type Shape, type ShapeRule } from './rule.js';

/** Concat along one axis. */
export const concat: ShapeRule = (node, inputs) => {
  const [first] = inputs;
  if (!first) return undefined;
  const axis = absoluteAxis(node.int('axis', 1), first.length);
  let size = 0;
  for (const input of inputs) {
    if (input?.[axis] === undefined) return undefined;
    size += input[axis];
  }
  return [first.with(axis, size)];
};

/** Flatten to a matrix. */
export const flatten: ShapeRule = (node, [input]) => {
  if (!input) return undefined;
  const axis = absoluteAxis(node.int('axis', 1), input.length);
  return [[elementCount(input.slice(0, axis)), elementCount(input.slice(axis))]];
};

/** Pad of all axes by constant amounts; negative ones cut off. */
export const pad: ShapeRule = (node, [input]) => {
  const amounts = constantInts(node, 1, 'pads');
  if (!input || amounts?.length !== 2 * input.length || node.inputs[3]) return undefined;
  return [input.map((size, axis) => size + (amounts[axis] ?? 0) + (amounts[axis + input.length] ?? 0))];
};

/** Transpose; without permutation the axes are reversed. */
export const transpose: ShapeRule = (node, [input]) => {
  if (!input) return undefined;
  const permutation = node.ints('perm') ?? [...input.keys()].reverse();
  return [permutation.map((axis) => input[axis] ?? 1)];
};

/** Reshape to a constant shape: 0 copies a size, -1 takes what is left. */
export const reshape: ShapeRule = (node, [input]) => {
  const wanted = constantInts(node, 1, 'shape');
  if (!input || !wanted || node.int('allowzero', 0) !== 0) return undefined;
  const sizes = wanted.map((size, axis) => (size === 0 ? (input[axis] ?? 1) : size));
  const known = elementCount(sizes.filter((size) => size !== -1));
  return [sizes.map((size) => (size === -1 ? elementCount(input) / known : size))];
};

/** Squeeze of constant axes. */
export const squeeze: ShapeRule = (node, [input]) => {
  const axes = constantInts(node, 1, 'axes');
  if (!input || (!axes && node.inputs[1])) return undefined;
  const dropped = axes?.map((axis) => absoluteAxis(axis, input.length));
  return [input.filter((size, axis) => (dropped ? !dropped.includes(axis) : size !== 1))];
};

/** Unsqueeze at constant axes. */
export const unsqueeze: ShapeRule = (node, [input]) => {
  const axes = constantInts(node, 1, 'axes');
  if (!input || !axes) return undefined;
  const rank = input.length + axes.length;
  const added = axes.map((axis) => absoluteAxis(axis, rank));
  const sizes = input.values();
  const shape = Array.from({ length: rank }, (_, axis) => (added.includes(axis) ? 1 : (sizes.next().value ?? 1)));
  return [shape];
};

/** Reductions over constant axes. */
export const reduction: ShapeRule = (node, [input]) => {
  const given = constantInts(node, 1, 'axes');
  if (!input || (!given && node.inputs[1]) || node.int('noop_with_empty_axes', 0) !== 0) return undefined;
  const axes = (given ?? [...input.keys()]).map((axis) => absoluteAxis(axis, input.length));
  return [reduced(input, axes, node.int('keepdims', 1) !== 0)];
};

function reduced(input: Shape, axes: readonly number[], keep: boolean): Shape {
  const sizes = input.map((size, axis) => (axes.includes(axis) ? 1 : size));
  return keep ? sizes : sizes.filter((_, axis) => !axes.includes(axis));
}

/** Gather of rows along one axis. */
export const gather: ShapeRule = (node, [data, indices]) => gatherAlong(node.int('axis', 0), data, indices);

/** GatherBlockQuantized of integers of 4 bits; several of them in a uint8 hide how many there are. */
export const gatherBlocks: ShapeRule = (node, [data, indices]) => {
  const isPlain = /^u?int4$/.test(node.input(0)?.weight?.tensor.dataType ?? '');
  return isPlain ? gatherAlong(node.int('gather_axis', 0), data, indices) : undefined;
};

function gatherAlong(axis: number, data: Shape | undefined, indices: Shape | undefined): readonly Shape[] | undefined {
  if (!data || !indices) return undefined;
  const along = absoluteAxis(axis, data.length);
  return [[...data.slice(0, along), ...indices, ...data.slice(along + 1)]];
}
