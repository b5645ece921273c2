import { float32Tensor, floatsToTensor, int64Tensor, memoryTensor } from '@onnx-compress/graph';
import { blocksPerRow, MIDDLE_NIBBLE } from '@onnx-compress/math';
import type { BlockChooser } from '../../blocks/block-chooser.js';
import { type ChosenBlocks, floatsOfNibbles, nibblesOf } from '../../blocks/chosen-blocks.js';
import { FLOAT32 } from '../../emission/float-type.js';
import { notFinite } from '../../messages.js';
import type { CodedWeight, Restoration, WeightCode } from '../weight-code.js';

/**
 * Integers of 4 bits in blocks, for operators that want floats: `scale * (index - zero point)` with a scale for each
 * block of neighbours in the inputs of an output channel.
 */
export function blockCode(scheme: string, chooser: BlockChooser): WeightCode {
  return {
    scheme,
    async fit(values, subject, tools) {
      const chosen = await chooser.choose(values, subject, chooser.format.scaleType, tools);
      if (chosen === undefined) return { reason: notFinite(subject.name) };
      return codedWeight(chosen, subject.dims, subject.channelAxis ?? 0);
    },
  };
}

function codedWeight(chosen: ChosenBlocks, dims: readonly number[], axis: number): CodedWeight {
  return {
    bits: chosen.format.bits,
    indices: async (values) => nibblesOf(values, chosen),
    restored: async (indices) => floatsOfNibbles(indices, chosen),
    emit(indices, restoration) {
      const front = axis === 0 ? dims : toFront(dims, axis).map((from) => dims[from] ?? 1);
      const { shape, parameters } = rowsOf(chosen, front);
      const first = axis === 0 ? indices : transposed(indices, toFront(dims, axis), restoration);
      const rows = shape === front ? first : reshaped(first, shape, restoration);
      const scaled = scaledRows(rows, chosen, parameters, restoration);
      const whole = shape === front ? scaled : reshaped(scaled, front, restoration);
      return axis === 0 ? whole : transposed(whole, fromFront(dims, axis), restoration);
    },
  };
}

/** How a weight lies while it is scaled, with its channels first, and parameters that broadcast over it. */
interface Rows {
  readonly shape: readonly number[];
  readonly parameters: readonly number[];
}

function rowsOf({ view: { layout } }: ChosenBlocks, front: readonly number[]): Rows {
  const { rows, columns, blockSize } = layout;
  const blocks = blocksPerRow(layout);
  if (blocks === 1) return { shape: front, parameters: front.map((size, axis) => (axis === 0 ? size : 1)) };
  const isEven = columns % blockSize === 0;
  return { shape: isEven ? [rows, blocks, blockSize] : [rows, columns], parameters: [rows, blocks, 1] };
}

function scaledRows(indices: string, chosen: ChosenBlocks, dims: readonly number[], restoration: Restoration): string {
  const { scales, zeroPoints } = chosen.parameters;
  const { scaleType } = chosen.format;
  const { constant, compute } = restoration;
  const zeros =
    zeroPoints === undefined
      ? constant('zero', float32Tensor([], [MIDDLE_NIBBLE]))
      : spread(
          toFloat(constant('zero_point', memoryTensor('uint8', dims, zeroPoints)), restoration),
          chosen,
          restoration,
        );
  const stored = constant('scale', floatsToTensor(scaleType, dims, scales));
  const factors = spread(scaleType === 'float16' ? toFloat(stored, restoration) : stored, chosen, restoration);
  return compute('Mul', [compute('Sub', [indices, zeros]), factors]);
}

/** Parameters [rows, blocks, 1] for each number of a row, where the last block is shorter; others broadcast as they are. */
function spread(parameters: string, { view: { layout } }: ChosenBlocks, restoration: Restoration): string {
  const { rows, columns, blockSize } = layout;
  const blocks = blocksPerRow(layout);
  if (blocks === 1 || columns % blockSize === 0) return parameters;
  const { compute, constant } = restoration;
  const repeated = compute('Expand', [parameters, constant('blocks', int64Tensor([3], [rows, blocks, blockSize]))]);
  const whole = reshaped(repeated, [rows, blocks * blockSize], restoration);
  const bound = (purpose: string, value: number) => constant(purpose, int64Tensor([1], [value]));
  return compute('Slice', [whole, bound('start', 0), bound('end', columns), bound('axis', 1)]);
}

const toFloat = (name: string, { compute }: Restoration) => compute('Cast', [name], { to: { int: FLOAT32 } });

function reshaped(name: string, dims: readonly number[], { compute, constant }: Restoration): string {
  return compute('Reshape', [name, constant('shape', int64Tensor([dims.length], dims))]);
}

function transposed(name: string, perm: readonly number[], { compute }: Restoration): string {
  return compute('Transpose', [name], { perm: { ints: perm } });
}

const toFront = (dims: readonly number[], axis: number) => [
  axis,
  ...[...dims.keys()].filter((other) => other !== axis),
];

const fromFront = (dims: readonly number[], axis: number) =>
  [...dims.keys()].map((other) => (other === axis ? 0 : other < axis ? other + 1 : other));
