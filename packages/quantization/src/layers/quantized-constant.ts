import { type Node, type Value, type Weight, weightBehind } from '@onnx-compress/graph';
import { onlyMoves } from './constant-moves.js';

/** True where an input is a dequantized constant, in the standard form or in the one that is restored at load. */
export function readsQuantized(node: Node): boolean {
  return node.inputs.some((_, index) => isDequantized(node.input(index)));
}

/** Index tables and shape constants are no weights; integers of few bits are somebody's quantized weights. */
export function isFloat({ tensor }: Weight): boolean {
  return /^b?float/.test(tensor.dataType);
}

/** True for a constant of integers that stands for floats of fewer bits. */
function isLowBit(weight: Weight | undefined): boolean {
  return weight !== undefined && /^u?int[248]$/.test(weight.tensor.dataType);
}

/** True for a product of cast integers, with or without two bits more, and a scale, and for what unpacks a code. */
export function isRestored(node: Node): boolean {
  if (node.opType === 'Mul' && node.inputs.some((_, index) => isCastInteger(node.input(index)))) return true;
  return UNPACKING.has(node.opType) && node.inputs.some((_, index) => isUnpacked(node.input(index)));
}

/** What turns packed indices into floats. */
const UNPACKING: ReadonlySet<string> = new Set(['Add', 'Cast', 'Gather', 'Mul', 'Reshape', 'Slice', 'Sub']);
const MOST_UNPACKING_NODES = 64;

/** True where a value comes from packed indices: through the first input of each node, of a Gather from floats the second. */
function isUnpacked(value: Value | undefined): boolean {
  let current = value;
  for (let steps = 0; steps < MOST_UNPACKING_NODES; steps++) {
    const producer = current?.producer;
    if (producer === undefined || !UNPACKING.has(producer.opType)) return false;
    const source = weightBehind(producer.input(0));
    if (producer.opType === 'Gather' && isLowBit(source)) return true;
    current = producer.input(source === undefined ? 0 : 1);
  }
  return false;
}

function isDequantized(value: Value | undefined): boolean {
  const producer = value?.producer;
  if (producer === undefined) return false;
  switch (producer.opType) {
    case 'DequantizeLinear':
      return weightBehind(producer.input(0)) !== undefined;
    case 'Mul':
      return isRestored(producer);
    case 'Gather':
      return isUnpacked(value);
    case 'Cast':
      return isCastInteger(value) || isDequantized(producer.input(0));
    default:
      return isUnpacked(value) || (onlyMoves(producer) && isDequantized(producer.input(0)));
  }
}

/** Integers as floats; those with two bits more are the first summand. */
function isCastInteger(value: Value | undefined): boolean {
  const producer = value?.producer;
  const cast = producer?.opType === 'Add' ? producer.input(0)?.producer : producer;
  return cast?.opType === 'Cast' && isLowBit(weightBehind(cast.input(0)));
}
