import {
  elementCount,
  memoryTensor,
  type Node,
  readFloats,
  readPart,
  Scratch,
  type Tensor,
} from '@onnx-compress/graph';

/** How a layer sums its input channels: `output[t] = scale * sum over j, k of weight[t, j, k] * input[j]`. */
export interface Contraction {
  readonly inputAxis: number;
  readonly outputAxis: number;
  /** Equal blocks of outputs, each of which sees its own block of input channels. */
  readonly groups: number;
  readonly scale: number;
}

function gemmContraction(node: Node): Contraction | undefined {
  if (node.int('transA', 0) !== 0) return undefined;
  const transposed = node.int('transB', 0) !== 0;
  const axes = transposed ? { inputAxis: 1, outputAxis: 0 } : { inputAxis: 0, outputAxis: 1 };
  return { ...axes, groups: 1, scale: node.float('alpha', 1) };
}

/** With stride s, a kernel of k positions lays k / s of them on each output: that many count on average. */
function transposedContraction(node: Node): Contraction | undefined {
  if (node.int('group', 1) !== 1) return undefined;
  const stride = (node.ints('strides') ?? []).reduce((product, step) => product * step, 1);
  return { inputAxis: 0, outputAxis: 1, groups: 1, scale: 1 / stride };
}

/** How a node sums its input 0 with the float weight at its input 1; undefined where it does not, or not so simply. */
export function contractionOf(node: Node, weight: Tensor): Contraction | undefined {
  if (node.domain !== '' || !weight.dataType.startsWith('float')) return undefined;
  switch (node.opType) {
    case 'Conv':
      return { inputAxis: 1, outputAxis: 0, groups: node.int('group', 1), scale: 1 };
    case 'ConvTranspose':
      return transposedContraction(node);
    case 'Gemm':
      return gemmContraction(node);
    case 'MatMul':
      return weight.dims.length === 2 ? { inputAxis: 0, outputAxis: 1, groups: 1, scale: 1 } : undefined;
    default:
      return undefined;
  }
}

/** The axis of input 0 that holds the input channels; counted from the end for layers of any rank. */
export function channelAxisOf(node: Node, rank: number): number {
  return node.opType === 'MatMul' ? rank - 1 : 1;
}

/** Bytes of a weight that are read at a time, as whole positions of its first axis. */
const CHUNK_BYTES = 1 << 20;

/** A range of positions of the first axis, with their values. */
interface Chunk {
  readonly first: number;
  readonly count: number;
  readonly values: Float32Array;
}

function rowBytesOf({ dims: [rows = 1], byteLength }: Tensor): number {
  return byteLength / Math.max(1, rows);
}

/** A weight in a file piece by piece through the memory given, any other as a whole. */
async function* chunksOf(weight: Tensor, memory: Uint8Array): AsyncGenerator<Chunk> {
  const { dataType } = weight;
  const [rows = 1, ...others] = weight.dims;
  const rowBytes = rowBytesOf(weight);
  const most = weight.part === undefined || rowBytes === 0 ? rows : Math.floor(memory.length / rowBytes);
  for (let first = 0; first < rows; first += most) {
    const count = Math.min(most, rows - first);
    const bytes = await readPart(weight, first * rowBytes, count * rowBytes, memory);
    yield { first, count, values: await readFloats(memoryTensor(dataType, [count, ...others], bytes)) };
  }
}

/**
 * What input channels that hold one number each add to every output channel.
 *
 * @param inputs one number per input channel of the layer, 0 for those that do not count
 * @param scratch memory to read into
 */
export function contributionOf(
  weight: Tensor,
  contraction: Contraction,
  inputs: Float64Array,
  scratch = new Scratch(),
): Promise<Float64Array> {
  const chunkBytes = Math.max(rowBytesOf(weight), Math.min(weight.byteLength, CHUNK_BYTES));
  return scratch.lend(chunkBytes, (memory) => contributionThrough(memory, weight, contraction, inputs));
}

async function contributionThrough(
  memory: Uint8Array,
  weight: Tensor,
  contraction: Contraction,
  inputs: Float64Array,
): Promise<Float64Array> {
  const result = new Float64Array(weight.dims[contraction.outputAxis] ?? 0);
  for await (const chunk of chunksOf(weight, memory)) addContribution(result, weight.dims, chunk, contraction, inputs);
  return result;
}

/** Sums of the taps between one input and one output channel, times what the input holds, over all inputs of a chunk. */
function addContribution(
  result: Float64Array,
  dims: readonly number[],
  { first, count, values }: Chunk,
  { inputAxis, outputAxis, groups, scale }: Contraction,
  inputs: Float64Array,
): void {
  const kernel = elementCount(dims.slice(2));
  const perGroup = dims[inputAxis] ?? 0;
  const strideOf = (axis: number) => (axis === 0 ? (dims[1] ?? 1) : 1) * kernel;
  const [outputStride, inputStride] = [strideOf(outputAxis), strideOf(inputAxis)];
  const [firstOutput, firstInput] = outputAxis === 0 ? [first, 0] : [0, first];
  const [outputs, positions] = outputAxis === 0 ? [count, perGroup] : [result.length, count];
  for (let row = 0; row < outputs; row++) {
    const output = firstOutput + row;
    const block = Math.floor(output / (result.length / groups)) * perGroup + firstInput;
    let sum = 0;
    for (let position = 0; position < positions; position++) {
      const input = inputs[block + position] ?? 0;
      if (input === 0) continue;
      const start = row * outputStride + position * inputStride;
      let taps = 0;
      for (let tap = start; tap < start + kernel; tap++) taps += values[tap] ?? 0;
      sum += input * taps;
    }
    result[output] = (result[output] ?? 0) + scale * sum;
  }
}
