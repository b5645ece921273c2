import { type Node, readFloats, readIntegers, weightBehind } from '@onnx-compress/graph';
import type { QuantizedOutput } from './operands.js';

/** The numbers that integers of this type can stand for. */
interface Reach {
  readonly low: number;
  readonly high: number;
}

/** True where the QuantizeLinear behind a Relu or Clip cuts off at least as much as it does. */
export async function isRedundant(activation: Node, output: QuantizedOutput): Promise<boolean> {
  const reach = await reachOf(output);
  if (reach === undefined) return false;
  if (activation.opType === 'Relu') return reach.low >= 0;
  const low = await bound(activation, 1, Number.NEGATIVE_INFINITY);
  const high = await bound(activation, 2, Number.POSITIVE_INFINITY);
  return low !== undefined && high !== undefined && reach.low >= low && reach.high <= high;
}

async function reachOf({ quantize }: QuantizedOutput): Promise<Reach | undefined> {
  const scale = weightBehind(quantize.input(1))?.tensor;
  const zero = weightBehind(quantize.input(2))?.tensor;
  if (scale === undefined || zero === undefined) return undefined;
  const [step = 0] = await readFloats(scale);
  const [zeroPoint = 0] = readIntegers(zero) ?? [];
  const least = zero.dataType === 'uint8' ? 0 : -128;
  return { low: step * (least - zeroPoint), high: step * (least + 255 - zeroPoint) };
}

/** A constant limit of a Clip; undefined where it is computed. */
async function bound(clip: Node, index: number, fallback: number): Promise<number | undefined> {
  if (!clip.inputs[index]) return fallback;
  const weight = weightBehind(clip.input(index));
  return weight && (await readFloats(weight.tensor))[0];
}
