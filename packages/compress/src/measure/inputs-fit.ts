import { type Dim, dimKey } from '@onnx-compress/graph';
import type { InputSpec } from '@onnx-compress/runtime';
import { inputsDiffer } from './messages.js';

function misfit(input: InputSpec, other: InputSpec | undefined, reference: string): string | undefined {
  if (other === undefined) return `${reference} lacks input "${input.name}"`;
  if (other.dataType !== input.dataType) return `input "${input.name}" is ${input.dataType} and ${other.dataType}`;
  const [dims, otherDims] = [input.dims, other.dims];
  if (dims === undefined || otherDims === undefined) return undefined;
  if (dims.length !== otherDims.length) return `input "${input.name}" has rank ${dims.length} and ${otherDims.length}`;
  const axis = dims.findIndex((dim, index) => {
    const second = otherDims[index];
    return typeof dim === 'number' && typeof second === 'number' && dim !== second;
  });
  return axis < 0 ? undefined : `input "${input.name}" has size ${dims[axis]} and ${otherDims[axis]} on axis ${axis}`;
}

/**
 * Refuses two models that cannot be run on the same values.
 *
 * @throws UsageError naming the first input that differs
 */
export function requireSameInputs(
  model: readonly InputSpec[],
  reference: readonly InputSpec[],
  modelName: string,
  referenceName: string,
): void {
  for (const input of model) {
    const other = reference.find(({ name }) => name === input.name);
    const problem = misfit(input, other, referenceName);
    if (problem !== undefined) throw inputsDiffer(modelName, referenceName, problem);
  }
  const extra = reference.find(({ name }) => !model.some((input) => input.name === name));
  if (extra !== undefined) throw inputsDiffer(modelName, referenceName, `${modelName} lacks input "${extra.name}"`);
}

/**
 * Sizes of the open dimensions of inputs, read off other shapes for them: those of values, or of another model with
 * the same inputs, which may leave fewer open. The first input that has a size wins.
 */
export function sizesOfDims(
  inputs: readonly InputSpec[],
  shapes: Readonly<Record<string, readonly Dim[] | undefined>>,
): ReadonlyMap<string, number> {
  const sizes = new Map<string, number>();
  for (const { name, dims = [] } of inputs) {
    for (const [axis, dim] of dims.entries()) {
      const size = shapes[name]?.[axis];
      const key = dimKey(name, dim, axis);
      if (typeof dim !== 'number' && typeof size === 'number' && !sizes.has(key)) sizes.set(key, size);
    }
  }
  return sizes;
}
