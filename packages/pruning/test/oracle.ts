import type { Change } from '@onnx-compress/core';
import {
  elementCount,
  floatsToTensor,
  type Graph,
  type Model,
  type Node,
  present,
  readFloats,
  type Tensor,
  type Value,
} from '@onnx-compress/graph';
import { type OptimizationLevel, relativeError, runModel } from '@onnx-compress/test-kit';

/** Positions of one input axis of one node that a removed channel fed. */
interface Masking {
  readonly node: Node;
  readonly input: number;
  /** Counted from the end, so that it holds whatever the rank of the input is. */
  readonly axisFromEnd: number;
  readonly size: number;
  readonly removed: ReadonlySet<number>;
}

interface WeightChange {
  readonly tensor: string;
  readonly axis: number;
  readonly removed: readonly number[];
}

function weightChange(change: Change): WeightChange {
  const { tensor, axis, removed } = change;
  if (typeof tensor !== 'string' || typeof axis !== 'number' || !Array.isArray(removed)) {
    throw new Error(`not a pruning change: ${JSON.stringify(change)}`);
  }
  return { tensor, axis, removed: removed.map(Number) };
}

const TRANSPARENT = new Set(['Identity', 'Cast', 'DequantizeLinear']);

/** The input slot through which a node reads a weight, directly or behind nodes that keep its axes. */
function slotOf(node: Node, tensor: string): number {
  return node.inputs.findIndex((_, index) => {
    let value: Value | undefined = node.input(index);
    while (TRANSPARENT.has(value?.producer?.opType ?? '')) value = value?.producer?.input(0);
    return value?.name === tensor;
  });
}

function convMasking(node: Node, { axis, removed }: WeightChange, dims: readonly number[]): Masking[] {
  if (axis !== 1) return [];
  const groups = node.int('group', 1);
  const perGroup = present(dims[1], 'input channels');
  const all = Array.from({ length: groups }, (_, group) => removed.map((offset) => group * perGroup + offset)).flat();
  return [{ node, input: 0, axisFromEnd: dims.length - 1, size: groups * perGroup, removed: new Set(all) }];
}

function convTransposeMasking(node: Node, { axis, removed }: WeightChange, dims: readonly number[]): Masking[] {
  if (axis !== 0 || dims.length < 3) return [];
  const size = present(dims[0], 'input channels');
  return [{ node, input: 0, axisFromEnd: dims.length - 1, size, removed: new Set(removed) }];
}

function gemmMasking(node: Node, { tensor, axis, removed }: WeightChange, dims: readonly number[]): Masking[] {
  const slot = slotOf(node, tensor);
  const inner = slot === 0 ? 1 - node.int('transA', 0) : node.int('transB', 0);
  if (slot > 1 || axis !== inner) return [];
  const axisFromEnd = slot === 1 ? 1 + node.int('transA', 0) : 2 - node.int('transB', 0);
  return [{ node, input: 1 - slot, axisFromEnd, size: present(dims[axis], 'length'), removed: new Set(removed) }];
}

function matMulMasking(node: Node, { tensor, axis, removed }: WeightChange, dims: readonly number[]): Masking[] {
  const slot = slotOf(node, tensor);
  const inner = slot === 0 ? dims.length - 1 : dims.length - 2;
  if (axis !== inner) return [];
  const axisFromEnd = slot === 1 ? 1 : 2;
  return [{ node, input: 1 - slot, axisFromEnd, size: present(dims[axis], 'length'), removed: new Set(removed) }];
}

/** A weight that reaches a MatMul through Reshape: rows all of whose elements go are masked. */
function reshapedMasking(node: Node, { axis, removed }: WeightChange, dims: readonly number[]): Masking[] {
  const [use] = present(node.output(0), 'reshaped weight').uses;
  if (use?.kind !== 'input' || use.node.opType !== 'MatMul' || use.index !== 1) return [];
  const columns = present(dims.at(-1), 'columns');
  const inner = elementCount(dims.slice(axis + 1));
  const size = elementCount(dims) / columns;
  const gone = new Set(removed);
  const isGone = (element: number) => gone.has(Math.floor(element / inner) % present(dims[axis], 'length'));
  const rows = [...Array(size).keys()].filter((row) => axis < dims.length - 1 && isGone(row * columns));
  return [{ node: use.node, input: 0, axisFromEnd: 1, size, removed: new Set(rows) }];
}

const MASKINGS: Readonly<Record<string, typeof convMasking>> = {
  Conv: convMasking,
  ConvTranspose: convTransposeMasking,
  Gemm: gemmMasking,
  MatMul: matMulMasking,
  Reshape: reshapedMasking,
};

function insertMask(graph: Graph, masking: Masking, dataType: Tensor['dataType']): void {
  const { node, input, axisFromEnd, size, removed } = masking;
  if (dataType !== 'float32' && dataType !== 'float16') throw new Error(`no mask of type ${dataType}`);
  const values = Float32Array.from({ length: size }, (_, index) => (removed.has(index) ? 0 : 1));
  const dims = [size, ...Array<number>(axisFromEnd - 1).fill(1)];
  const mask = graph.addWeight(graph.uniqueName('mask'), floatsToTensor(dataType, dims, values));
  const masked = graph.uniqueName('masked');
  const source = present(node.inputs[input], 'input');
  graph.addNode({ opType: 'Mul', inputs: [source, mask.name], outputs: [masked] }, { before: node });
  node.setInput(input, masked);
}

/**
 * The original model in which every consumer of removed channels sees zeros in their place. It is built from the
 * report alone, and knows nothing of how the removal was found.
 */
function maskedReference(original: Model, changed: readonly Change[]): Model {
  const reference = original.clone();
  const { graph } = reference;
  const nodes = new Map(Array.from(graph.nodes, (node) => [node.label, node]));
  const maskings = changed.flatMap((change) => {
    const node = present(nodes.get(change.node), change.node);
    const sliced = weightChange(change);
    const { tensor } = present(graph.value(sliced.tensor)?.weight, sliced.tensor);
    const masking = MASKINGS[node.opType]?.(node, sliced, tensor.dims) ?? [];
    const dataType = tensor.dataType === 'int8' ? 'float32' : tensor.dataType;
    return masking.map((entry) => ({ entry, dataType }));
  });
  for (const { entry, dataType } of maskings) insertMask(graph, entry, dataType);
  return reference;
}

/**
 * Largest relative error of the pruned model against the masked reference, over all outputs.
 *
 * @throws Error where either model does not load or run, or an output has another shape
 */
export async function oracleError(
  original: Model,
  pruned: Model,
  changed: readonly Change[],
  feeds: Readonly<Record<string, Tensor>>,
  level: OptimizationLevel = 'disabled',
): Promise<number> {
  const expected = await runModel(maskedReference(original, changed), feeds, level);
  const actual = await runModel(pruned, feeds, level);
  let largest = 0;
  for (const [name, tensor] of expected) {
    const other = present(actual.get(name), name);
    if (String(other.dims) !== String(tensor.dims))
      throw new Error(`output ${name} is [${other.dims}], not [${tensor.dims}]`);
    const error = relativeError(await readFloats(tensor), await readFloats(other));
    largest = Number.isNaN(error) ? Number.NaN : Math.max(largest, error);
  }
  return largest;
}
