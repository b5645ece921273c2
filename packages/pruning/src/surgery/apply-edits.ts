import {
  dropStaleShapes,
  floatsToTensor,
  int32Tensor,
  int64Tensor,
  type Model,
  memoryTensor,
  redeclare,
  removeAllUnused,
  removeUnused,
  Scratch,
  type Tensor,
  type Value,
  type Weight,
} from '@onnx-compress/graph';
import type { Reader } from '../axes/engine.js';
import type { AttributeEdit, DropEdit, Edit, GatherEdit, OperandEdit, SliceEdit } from './edit.js';
import { slicedTensor } from './sliced-tensor.js';

function operandTensor({ values, dims, dataType }: OperandEdit): Tensor {
  if (dataType === 'int64') return int64Tensor(dims, values);
  if (dataType === 'bool') return memoryTensor(dataType, dims, Uint8Array.from(values));
  return dataType === 'int32' ? int32Tensor(dims, values) : floatsToTensor(dataType, dims, Float32Array.from(values));
}

/** Returns what the node read until now. */
function applyOperand(edit: OperandEdit): readonly Value[] {
  const { node, input } = edit;
  const { graph } = node;
  const old = node.input(input);
  const tensor = operandTensor(edit);
  const name = graph.uniqueName(`${old?.name ?? node.outputs[0] ?? node.opType}_pruned`);
  node.setInput(input, graph.addWeight(name, tensor).value);
  return old === undefined ? [] : [old];
}

function applyAttribute({ node, name, value }: AttributeEdit): void {
  if (value === undefined) node.removeAttribute(name);
  else node.setAttribute(name, value);
}

function applyGather({ node, axis, indices, replaces }: GatherEdit): void {
  const { graph } = node;
  const [data = ''] = node.inputs;
  const [output = ''] = node.outputs;
  const list = graph.addWeight(graph.uniqueName(`${output}_positions`), int64Tensor([indices.length], indices));
  const gather = { opType: 'Gather', inputs: [data, list.name], attributes: { axis: { int: axis } } };
  if (!replaces) {
    const picked = graph.uniqueName(`${output}_picked`);
    graph.addNode({ ...gather, outputs: [picked] }, { before: node });
    node.setInput(0, picked);
    return;
  }
  const operands = node.inputs.flatMap((_, index) => (index === 0 ? [] : (node.input(index) ?? [])));
  for (const name of node.attributeNames()) node.removeAttribute(name);
  node.setOp(gather.opType);
  node.setInputs(gather.inputs);
  node.setAttribute('axis', gather.attributes.axis);
  for (const operand of new Set(operands)) removeUnused(operand);
}

function applyDrop({ node, input }: DropEdit): void {
  const old = node.input(input);
  node.setInput(input, '');
  if (old !== undefined) removeUnused(old);
}

/** The slices of one weight, or of the copy that one reader of it gets. */
function applySlices(weight: Weight, slices: readonly SliceEdit[], scratch: Scratch): void {
  const sliced = slicedTensor(weight.tensor, slices, scratch);
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
  const replaced: Value[] = [];
  for (const edit of edits) {
    if (edit.kind === 'operand') replaced.push(...applyOperand(edit));
    else if (edit.kind === 'attribute') applyAttribute(edit);
    else if (edit.kind === 'declaration') redeclare(edit.body, edit.name, edit.sizes);
  }
  removeAllUnused(replaced);
  const scratch = new Scratch();
  for (const slices of gathered(edits.filter((edit) => edit.kind === 'slice'))) {
    const [first] = slices;
    if (first !== undefined) applySlices(first.weight, slices, scratch);
  }
  for (const edit of edits) if (edit.kind === 'gather') applyGather(edit);
  for (const edit of edits) if (edit.kind === 'drop') applyDrop(edit);
  dropStaleShapes(model);
}
