import { computedTensor, elementCount, readFloats, type Scratch, type Tensor } from '@onnx-compress/graph';
import { roundHalfToEven } from '@onnx-compress/math';
import { type Int8Scales, layoutOf } from './int8-weight.js';

/** Steps of a fine weight from one int8 to the next: two bits more. */
export const STEPS = 4;

/** How many remainders of two bits a byte holds. */
export const PER_BYTE = 4;

/** Bits of a fine weight. */
export const FINE_BITS = 10;

/** The largest integer of a fine weight; as many steps below zero as above. */
export const LARGEST_FINE = 127 * STEPS;

/**
 * Parameters of a weight of 10 bits: `weight = scale * (int8 + remainder / 4)`, the remainder from 0 to 3. Ten bits take
 * a quarter more bytes than int8 and lose 12 dB less; int16 needs no unpacking but takes twice the bytes.
 */
export interface FineScales extends Int8Scales {
  readonly isFine: true;
}

/** Whether a weight has two bits more than its int8. */
export const isFine = (scales: Int8Scales): scales is FineScales => scales.isFine === true;

/** Whether the remainders of a weight fill whole bytes, and its zero stands for zero. */
export const mayBeFine = ({ dims }: Tensor, { zeroPoints }: Int8Scales): boolean =>
  zeroPoints === undefined && elementCount(dims) % PER_BYTE === 0;

/** The integers of 10 bits: what QuantizeLinear gives with a quarter of the scale, saturated at 508. */
export function fineIntegers(values: Float32Array, { dims }: Tensor, { axis, scales }: FineScales): Int16Array {
  const { inner, channels } = layoutOf(dims, axis);
  return Int16Array.from(values, (value, index) => {
    const scale = scales[Math.floor(index / inner) % channels] ?? 1;
    return Math.max(-LARGEST_FINE, Math.min(LARGEST_FINE, roundHalfToEven(Math.fround(value / scale) * STEPS)));
  });
}

/** Floats as the fine form gives them back. */
export function fineRoundedFloats(values: Float32Array, tensor: Tensor, fine: FineScales): Float32Array {
  const { inner, channels } = layoutOf(tensor.dims, fine.axis);
  return Float32Array.from(fineIntegers(values, tensor, fine), (integer, index) => {
    return (integer / STEPS) * (fine.scales[Math.floor(index / inner) % channels] ?? 1);
  });
}

/** The upper 8 bits, rounded down, in the shape of the weight; computed whenever the bytes are asked for. */
export function upperBits(tensor: Tensor, fine: FineScales, scratch: Scratch): Tensor {
  return computedTensor('int8', tensor.dims, async () => {
    const integers = await integersOf(tensor, fine, scratch);
    return new Uint8Array(Int8Array.from(integers, (integer) => Math.floor(integer / STEPS)).buffer);
  });
}

/**
 * The remainders, four in a byte: the first quarter of the weight in the lowest two bits of all bytes, the last one in
 * the highest. A vector; computed whenever the bytes are asked for.
 */
export function remainders(tensor: Tensor, fine: FineScales, scratch: Scratch): Tensor {
  const length = elementCount(tensor.dims) / PER_BYTE;
  return computedTensor('uint8', [length], async () => {
    const bytes = new Uint8Array(length);
    for (const [index, integer] of (await integersOf(tensor, fine, scratch)).entries()) {
      const remainder = integer - STEPS * Math.floor(integer / STEPS);
      const at = index % length;
      bytes[at] = (bytes[at] ?? 0) + remainder * STEPS ** Math.floor(index / length);
    }
    return bytes;
  });
}

function integersOf(tensor: Tensor, fine: FineScales, scratch: Scratch): Promise<Int16Array> {
  return scratch.lend(tensor.byteLength, async (into) => fineIntegers(await readFloats(tensor, into), tensor, fine));
}
