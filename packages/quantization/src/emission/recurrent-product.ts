import {
  computedTensor,
  elementCount,
  float32Tensor,
  memoryTensor,
  type Node,
  present,
  readFloats,
  type Tensor,
  type Weight,
} from '@onnx-compress/graph';
import { transpose2d } from '@onnx-compress/math';
import { inFunction } from '../layers/function-calls.js';

/** Domain of onnxruntime's own operators. */
const MICROSOFT = 'com.microsoft';

/** Inputs of DynamicQuantizeLSTM: a weight, its scales and its zero points. */
const SLOTS = [
  { weight: 1, scale: 8, zeroPoint: 9 },
  { weight: 2, scale: 10, zeroPoint: 11 },
] as const;

/** Elements of both weights from which integers win: at half of it, one step takes as long as in float32. */
const WORTH_FROM = 65_536;

/** An int8 weight that is restored by `Mul(Cast(integers), scale)` for one node only. */
interface RestoredWeight {
  readonly integers: Weight;
  readonly scale: Weight;
  readonly product: Node;
  readonly cast: Node;
}

/**
 * Lets LSTM nodes whose two weights are restored from int8 compute with the integers: onnxruntime's
 * DynamicQuantizeLSTM quantizes the inputs and the hidden state at run time. One step with 257 inputs and 128 units
 * takes 0.8 of the time of float32, 50 steps 0.5, 512 units 0.3. The file then runs in onnxruntime only.
 *
 * @param nodes those whose weights were restored; others are left alone
 * @returns the nodes that were rewritten
 */
export async function quantizeRecurrent(nodes: Iterable<Node>): Promise<readonly Node[]> {
  const rewritten: Node[] = [];
  for (const node of nodes) {
    const weights = restoredWeights(node);
    if (weights === undefined) continue;
    for (const [index, slots] of SLOTS.entries()) await useIntegers(node, slots, present(weights[index], 'weight'));
    node.setOp('DynamicQuantizeLSTM', MICROSOFT);
    importMicrosoft(node);
    rewritten.push(node);
  }
  return rewritten;
}

function restoredWeights(node: Node): readonly RestoredWeight[] | undefined {
  if (node.opType !== 'LSTM' || node.domain !== '' || node.int('layout', 0) !== 0) return undefined;
  if (inFunction(node.graph)) return undefined;
  const weights = SLOTS.flatMap(({ weight }) => restoredWeight(node, weight) ?? []);
  const elements = weights.reduce((sum, { integers }) => sum + elementCount(integers.tensor.dims), 0);
  return weights.length === SLOTS.length && elements >= WORTH_FROM ? weights : undefined;
}

function restoredWeight(node: Node, index: number): RestoredWeight | undefined {
  const value = node.input(index);
  const product = value?.producer;
  const cast = product?.input(0)?.producer;
  const integers = cast?.input(0)?.weight;
  const scale = product?.input(1)?.weight;
  if (product?.opType !== 'Mul' || cast?.opType !== 'Cast' || integers?.tensor.dataType !== 'int8') return undefined;
  const readers = [value, product.input(0), integers.value, scale?.value];
  return scale && readers.every((one) => one?.uses.length === 1) ? { integers, scale, product, cast } : undefined;
}

async function useIntegers(
  node: Node,
  slots: (typeof SLOTS)[number],
  { integers, scale, product, cast }: RestoredWeight,
): Promise<void> {
  const { graph } = integers;
  const { dims } = integers.tensor;
  const scales = await scaleOfRows(scale.tensor, dims);
  integers.replace(transposedRows(integers.tensor));
  scale.replace(scales);
  const zeros = memoryTensor('int8', scales.dims, new Uint8Array(elementCount(scales.dims)));
  const zeroPoint = graph.addWeight(graph.uniqueName(`${scale.name}_zero_point`), zeros);
  node.setInput(slots.weight, integers.value);
  node.setInput(slots.scale, scale.value);
  node.setInput(slots.zeroPoint, zeroPoint.value);
  product.graph.removeNodes([product, cast]);
}

/** Scales that the directions share, [1, rows, 1], or a single one, as the operator wants them: for each direction. */
async function scaleOfRows(scale: Tensor, [directions = 1]: readonly number[]): Promise<Tensor> {
  const rows = await readFloats(scale);
  const values = Float32Array.from({ length: directions * rows.length }, (_, index) => rows[index % rows.length] ?? 1);
  return float32Tensor(scale.dims.length === 0 ? [directions] : [directions, rows.length], values);
}

/** [directions, rows, inputs] as [directions, inputs, rows]; transposed whenever the bytes are asked for. */
function transposedRows(tensor: Tensor): Tensor {
  const [directions = 1, rows = 1, inputs = 1] = tensor.dims;
  const size = rows * inputs;
  return computedTensor('int8', [directions, inputs, rows], async () => {
    const bytes = await tensor.bytes();
    const target = new Uint8Array(bytes.length);
    for (let start = 0; start < bytes.length; start += size)
      target.set(transpose2d(bytes.subarray(start, start + size), rows, inputs, 1), start);
    return target;
  });
}

function importMicrosoft({ graph: { model } }: Node): void {
  if (model.opset(MICROSOFT) === undefined) model.setOpset(MICROSOFT, 1);
}
