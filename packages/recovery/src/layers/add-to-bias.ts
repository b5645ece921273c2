import {
  type DataType,
  floatsToTensor,
  type Node,
  removeUnused,
  type Tensor,
  weightBehind,
} from '@onnx-compress/graph';
import { type FloatType, isFloat } from './float-type.js';
import { perChannelConstant } from './per-channel-constant.js';

/** The operand that holds a layer's bias, whether or not it has one. */
interface BiasSlot {
  readonly reader: Node;
  readonly input: number;
  /** What the operand is multiplied by. */
  readonly factor: number;
}

/** The constant that the only reader of a MatMul adds to its result, channel by channel. */
async function addedBias(node: Node, channels: number): Promise<BiasSlot | undefined> {
  const uses = node.output(0)?.uses ?? [];
  const [use] = uses;
  if (uses.length !== 1 || use?.kind !== 'input' || use.node.opType !== 'Add') return undefined;
  const input = 1 - use.index;
  const constant = await perChannelConstant(use.node.input(input), channels);
  return constant && { reader: use.node, input, factor: 1 };
}

async function biasSlot(node: Node, channels: number): Promise<BiasSlot | undefined> {
  if (node.opType === 'MatMul') return addedBias(node, channels);
  return { reader: node, input: 2, factor: node.opType === 'Gemm' ? node.float('beta', 1) : 1 };
}

/** The shape of a bias that may so far be missing, a scalar, or have leading axes of length 1. */
function biasDims(old: Tensor | undefined, channels: number): readonly number[] {
  const leading = old?.dims.slice(0, -1) ?? [];
  return [...leading, channels];
}

function insertAdd(node: Node, bias: Tensor): void {
  const { graph, label } = node;
  const [name = ''] = node.outputs;
  const weight = graph.addWeight(graph.uniqueName(`${name}_bias`), bias);
  const unshifted = graph.uniqueName(`${name}_unshifted`);
  node.setOutput(0, unshifted);
  graph.addNode(
    { opType: 'Add', name: `${label}/bias`, inputs: [unshifted, weight.name], outputs: [name] },
    { after: node },
  );
}

interface Bias {
  readonly values: Float64Array;
  readonly dataType: FloatType;
}

/** The bias as it is, zeros where there is none; undefined where it is computed or has no part in the result. */
async function readBias(
  { reader, input, factor }: BiasSlot,
  like: DataType,
  channels: number,
): Promise<Bias | undefined> {
  const present = Boolean(reader.inputs[input]);
  const old = present ? reader.input(input) : undefined;
  const values = present ? await perChannelConstant(old, channels) : new Float64Array(channels);
  const dataType = weightBehind(old)?.tensor.dataType ?? like;
  return values === undefined || factor === 0 || !isFloat(dataType) ? undefined : { values, dataType };
}

async function writeBias(slot: BiasSlot, shift: Float64Array, like: DataType): Promise<boolean> {
  const bias = await readBias(slot, like, shift.length);
  if (bias === undefined) return false;
  const { reader, input, factor } = slot;
  const { values, dataType } = bias;
  const old = reader.inputs[input] ? reader.input(input) : undefined;
  const behind = weightBehind(old);
  const sum = Float32Array.from(shift, (value, channel) => (values[channel] ?? 0) + value / factor);
  const tensor = floatsToTensor(dataType, biasDims(behind?.tensor, shift.length), sum);
  if (old?.weight !== undefined && old.uses.length === 1) {
    old.weight.replace(tensor);
    return true;
  }
  const { graph } = reader;
  const name = graph.uniqueName(`${old?.name ?? reader.outputs[0] ?? reader.opType}_folded`);
  reader.setInput(input, graph.addWeight(name, tensor).value);
  if (old !== undefined) removeUnused(old);
  return true;
}

/**
 * What is added to each output channel of a layer so far, by its bias or the Add behind it; undefined where the graph
 * computes it.
 *
 * @param dataType of the layer's weight
 */
export async function biasOf(node: Node, dataType: DataType, channels: number): Promise<Float64Array | undefined> {
  const slot = await biasSlot(node, channels);
  if (slot === undefined) return isFloat(dataType) ? new Float64Array(channels) : undefined;
  const bias = await readBias(slot, dataType, channels);
  return bias?.values.map((value) => value * slot.factor);
}

/** Whether `addToBias` finds a place: false where the bias is computed by the graph. */
export async function takesBias(node: Node, dataType: DataType, channels: number): Promise<boolean> {
  const slot = await biasSlot(node, channels);
  return slot === undefined ? isFloat(dataType) : (await readBias(slot, dataType, channels)) !== undefined;
}

/**
 * Adds a number to each output channel of a layer: in its bias, in the Add behind it, or in a new Add where it has
 * neither. False where its bias is computed by the graph; nothing is changed then.
 *
 * @param dataType of the layer's weight, for a bias that is new
 */
export async function addToBias(node: Node, dataType: DataType, shift: Float64Array): Promise<boolean> {
  const slot = await biasSlot(node, shift.length);
  if (slot !== undefined) return writeBias(slot, shift, dataType);
  if (!isFloat(dataType)) return false;
  insertAdd(node, floatsToTensor(dataType, [shift.length], Float32Array.from(shift)));
  return true;
}
