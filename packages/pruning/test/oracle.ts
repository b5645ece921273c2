import type { Change } from '@onnx-compress/core';
import {
  elementCount,
  floatsToTensor,
  type Model,
  type Node,
  present,
  readFloats,
  type Tensor,
  type Value,
} from '@onnx-compress/graph';
import { type OptimizationLevel, relativeError, runModel } from '@onnx-compress/test-kit';
import type { AnalysisChoices } from '../src/analysis/choose-splits.js';
import { contractionMaskings } from './contraction-maskings.js';
import { recurrentMasking } from './oracle-recurrent.js';
import { constantsOf, insertConstants } from './removed-constants.js';
import { zeroRemovedWeights } from './zeroed-weights.js';

/** Positions of one input axis of one node that a removed channel fed. */
export interface Masking {
  readonly node: Node;
  readonly input: number;
  /** Counted from the end, so that it holds whatever the rank of the input is. */
  readonly axisFromEnd: number;
  readonly size: number;
  readonly removed: ReadonlySet<number>;
}

export interface WeightChange {
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
  const inner = slot === 0 ? dims.length - 1 : Math.max(0, dims.length - 2);
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

/** A weight that reaches a MatMul through a Transpose of its two axes. */
function transposedMasking(node: Node, { axis, removed }: WeightChange, dims: readonly number[]): Masking[] {
  const [use] = present(node.output(0), 'transposed weight').uses;
  if (use?.kind !== 'input' || use.node.opType !== 'MatMul' || use.index !== 1 || axis !== 1) return [];
  return [{ node: use.node, input: 0, axisFromEnd: 1, size: present(dims[1], 'rows'), removed: new Set(removed) }];
}

/** An axis of the weight whose letter the result lacks is masked in the other operand. */
function einsumMasking(node: Node, { tensor, axis, removed }: WeightChange, dims: readonly number[]): Masking[] {
  const [left = '', right = ''] = node.string('equation', '').split('->');
  const terms = left.split(',');
  const slot = slotOf(node, tensor);
  const letter = present(terms[slot]?.[axis], 'letter');
  const other = present(terms[1 - slot], 'other operand');
  if (right.includes(letter)) return [];
  const axisFromEnd = other.length - other.indexOf(letter);
  return [{ node, input: 1 - slot, axisFromEnd, size: present(dims[axis], 'length'), removed: new Set(removed) }];
}

/** The packed weight of attention is contracted with its first input. */
function attentionMasking(node: Node, { tensor, axis, removed }: WeightChange, dims: readonly number[]): Masking[] {
  if (slotOf(node, tensor) !== 1 || axis !== 0 || dims.length !== 2) return [];
  return [{ node, input: 0, axisFromEnd: 1, size: present(dims[0], 'inputs'), removed: new Set(removed) }];
}

function fusedMatMulMasking(node: Node, { tensor, axis, removed }: WeightChange, dims: readonly number[]): Masking[] {
  const slot = slotOf(node, tensor);
  const [own, other] = slot === 1 ? [node.int('transB', 0), node.int('transA', 0)] : [1 - node.int('transA', 0), 1];
  if (axis !== dims.length - 2 + own) return [];
  const size = present(dims[axis], 'length');
  return [{ node, input: 1 - slot, axisFromEnd: 1 + other, size, removed: new Set(removed) }];
}

type FindMaskings = (node: Node, change: WeightChange, dims: readonly number[]) => readonly Masking[];

const MASKINGS: Readonly<Record<string, FindMaskings>> = {
  Conv: convMasking,
  FusedConv: convMasking,
  FusedGemm: gemmMasking,
  FusedMatMul: fusedMatMulMasking,
  Attention: attentionMasking,
  ConvTranspose: convTransposeMasking,
  Gemm: gemmMasking,
  MatMul: matMulMasking,
  Reshape: reshapedMasking,
  LSTM: recurrentMasking,
  GRU: recurrentMasking,
  RNN: recurrentMasking,
  Transpose: transposedMasking,
  Einsum: einsumMasking,
};

function insertMask(masking: Masking, dataType: Tensor['dataType']): void {
  const { node, input, axisFromEnd, size, removed } = masking;
  if (dataType !== 'float32' && dataType !== 'float16') throw new Error(`no mask of type ${dataType}`);
  const values = Float32Array.from({ length: size }, (_, index) => (removed.has(index) ? 0 : 1));
  const dims = [size, ...Array<number>(axisFromEnd - 1).fill(1)];
  multiplyInput(node, input, floatsToTensor(dataType, dims, values));
}

function multiplyInput(node: Node, input: number, factors: Tensor): void {
  const { graph } = node;
  const mask = graph.addWeight(graph.uniqueName('mask'), factors);
  const masked = graph.uniqueName('masked');
  const source = present(node.inputs[input], 'input');
  graph.addNode({ opType: 'Mul', inputs: [source, mask.name], outputs: [masked] }, { before: node });
  node.setInput(input, masked);
}

/**
 * The original model in which every consumer of removed channels sees zeros in their place, or the constants that the
 * report tells, and the layers that compute them give zeros. It is built from the report, and knows nothing of how the removal was found; only where two computed
 * values meet the channels are looked up.
 */
export async function maskedReference(
  original: Model,
  changed: readonly Change[],
  choices: AnalysisChoices,
): Promise<Model> {
  const reference = original.clone();
  const nodes = new Map(Array.from(reference.nodes(), (node) => [node.label, node]));
  const maskings = changed.flatMap((change) => {
    const node = present(nodes.get(change.node), change.node);
    const sliced = weightChange(change);
    const { tensor } = present(node.graph.value(sliced.tensor)?.weight, sliced.tensor);
    const masking = MASKINGS[node.opType]?.(node, sliced, tensor.dims) ?? [];
    const dataType = tensor.dataType === 'int8' ? 'float32' : tensor.dataType;
    return masking.map((entry) => ({ entry, dataType, constants: constantsOf(change) }));
  });
  const contractions = await contractionMaskings(reference, changed, choices);
  for (const { entry, dataType, constants } of maskings) {
    insertMask(entry, dataType);
    if (constants !== undefined) insertConstants(entry, constants, dataType);
  }
  for (const { node, mask } of contractions) multiplyInput(node, 0, mask);
  await zeroRemovedWeights(
    reference,
    changed.filter((change) => constantsOf(change) === undefined),
  );
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
  choices: AnalysisChoices = {},
): Promise<number> {
  const expected = await runModel(await maskedReference(original, changed, choices), feeds, level);
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
