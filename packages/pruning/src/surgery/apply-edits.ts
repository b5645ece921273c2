import {
  bitsOf,
  computedTensor,
  dropStaleShapes,
  int32Tensor,
  int64Tensor,
  type Model,
  memoryTensor,
  type Tensor,
  type Value,
  type Weight,
} from '@onnx-compress/graph';
import { gatherAxis } from '@onnx-compress/math';
import type { Reader } from '../axes/engine.js';
import type { AttributeEdit, AxisSlice, Edit, OperandEdit, SliceEdit } from './edit.js';

function sliceBytes(bytes: Uint8Array, { dims, dataType }: Tensor, slices: readonly AxisSlice[]): Uint8Array {
  const sizes = [...dims];
  let result = bytes;
  for (const { axis, keep } of slices) {
    result = gatherAxis(result, sizes, axis, keep, bitsOf(dataType) / 8);
    sizes[axis] = keep.length;
  }
  return result;
}

/** The tensor without the removed positions; large ones are sliced anew each time someone asks for their bytes. */
export function slicedTensor(tensor: Tensor, slices: readonly AxisSlice[]): Tensor {
  const dims = tensor.dims.map((size, axis) => slices.find((slice) => slice.axis === axis)?.keep.length ?? size);
  if (tensor.inline) return memoryTensor(tensor.dataType, dims, sliceBytes(tensor.inline, tensor, slices));
  return computedTensor(tensor.dataType, dims, async () => sliceBytes(await tensor.bytes(), tensor, slices));
}

/** Removes what computed a value that nothing reads any more. */
function removeUnused(value: Value): void {
  const { producer, weight, graph } = value;
  if (value.uses.length > 0) return;
  if (weight !== undefined) {
    graph.removeWeight(weight);
    return;
  }
  if (producer === undefined || producer.outputs.some((_, index) => (producer.output(index)?.uses.length ?? 0) > 0))
    return;
  const inputs = producer.inputs.flatMap((_, index) => producer.input(index) ?? []);
  graph.removeNode(producer);
  for (const input of new Set(inputs)) removeUnused(input);
}

function applyOperand({ node, input, values, dataType }: OperandEdit): void {
  const { graph } = node;
  const old = node.input(input);
  const dims = old?.weight?.tensor.dims ?? [values.length];
  const tensor = dataType === 'int32' ? int32Tensor(dims, values) : int64Tensor(dims, values);
  const name = graph.uniqueName(`${old?.name ?? node.outputs[0] ?? node.opType}_pruned`);
  node.setInput(input, graph.addWeight(name, tensor).value);
  if (old !== undefined) removeUnused(old);
}

function applyAttribute({ node, name, value }: AttributeEdit): void {
  if (value === undefined) node.removeAttribute(name);
  else node.setAttribute(name, value);
}

/** The slices of one weight, or of the copy that one reader of it gets. */
function applySlices(weight: Weight, slices: readonly SliceEdit[]): void {
  const sliced = slicedTensor(weight.tensor, slices);
  const reader = slices[0]?.reader;
  if (reader === undefined) {
    weight.replace(sliced);
    return;
  }
  const { graph } = reader.node;
  reader.node.setInput(reader.input, graph.addWeight(graph.uniqueName(`${weight.name}_pruned`), sliced).value);
  removeUnused(weight.value);
}

/** Slices that are carried out together: those of the same weight and reader. */
function gathered(slices: readonly SliceEdit[]): readonly (readonly SliceEdit[])[] {
  const weights = new Map<Weight, Map<Reader | undefined, SliceEdit[]>>();
  for (const slice of slices) {
    const readers = weights.get(slice.weight) ?? new Map<Reader | undefined, SliceEdit[]>();
    weights.set(slice.weight, readers.set(slice.reader, [...(readers.get(slice.reader) ?? []), slice]));
  }
  return [...weights.values()].flatMap((readers) => [...readers.values()]);
}

/** Carries out planned edits, in place. The model is sound again only after all of them. */
export function applyEdits(model: Model, edits: readonly Edit[]): void {
  for (const edit of edits) {
    if (edit.kind === 'operand') applyOperand(edit);
    else if (edit.kind === 'attribute') applyAttribute(edit);
  }
  for (const slices of gathered(edits.filter((edit) => edit.kind === 'slice'))) {
    const [first] = slices;
    if (first !== undefined) applySlices(first.weight, slices);
  }
  dropStaleShapes(model);
}
