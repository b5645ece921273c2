import { type Context, throwIfAborted } from '@onnx-compress/core';
import { elementCount, memoryTensor, readFloats, readPart, type Scratch, type Tensor } from '@onnx-compress/graph';
import { roundHalfToEven } from '@onnx-compress/math';
import { isFine, STEPS } from '../weights/fine-weight.js';
import { type Int8Scales, layoutOf } from '../weights/int8-weight.js';

/** A weight as it was, and what its integers are made from: the same, unless they were chosen otherwise. */
export interface StoredIntegers {
  readonly original: Tensor;
  readonly tensor: Tensor;
  readonly int8: Int8Scales;
}

/** Numbers of a weight that are looked at, at most: parts of this many, spread evenly over all of it. */
const PARTS = 16;
const PART = 4096;

/** First element of each part that is looked at, and how long they are. */
function partsOf(count: number): { readonly starts: readonly number[]; readonly length: number } {
  if (count <= PARTS * PART) return { starts: [0], length: count };
  const gap = (count - PART) / (PARTS - 1);
  return { starts: Array.from({ length: PARTS }, (_, part) => Math.floor(part * gap)), length: PART };
}

/** Reads parts of a tensor as floats; of one that is computed, all of it, and once. */
async function partReader(tensor: Tensor, into: Uint8Array) {
  if (tensor.inline === undefined && tensor.part === undefined) {
    const all = await readFloats(tensor, into);
    return async (start: number, length: number) => all.subarray(start, start + length);
  }
  const width = tensor.byteLength / Math.max(1, elementCount(tensor.dims));
  return async (start: number, length: number) => {
    const bytes = await readPart(tensor, start * width, length * width, into);
    return readFloats(memoryTensor(tensor.dataType, [length], bytes));
  };
}

/** Adds up squares of a part and of what rounding takes from it. */
class Energies {
  signal = 0;
  noise = 0;
  readonly #inner: number;
  readonly #least: number;
  readonly #most: number;

  constructor(
    dims: readonly number[],
    private readonly int8: Int8Scales,
  ) {
    this.#inner = layoutOf(dims, int8.axis).inner;
    const isUnsigned = int8.zeroPoints !== undefined;
    this.#least = isUnsigned ? 0 : isFine(int8) ? -127 : -128;
    this.#most = isUnsigned ? 255 : 127;
  }

  add(originals: Float32Array, values: Float32Array, start: number): void {
    const { scales, zeroPoints } = this.int8;
    const [least, most] = [this.#least, this.#most];
    const steps = isFine(this.int8) ? STEPS : 1;
    let channel = Math.floor(start / this.#inner) % scales.length;
    let left = this.#inner - (start % this.#inner);
    for (let index = 0; index < originals.length; index++) {
      const original = originals[index] ?? 0;
      if (left-- === 0) {
        left = this.#inner - 1;
        channel = (channel + 1) % scales.length;
      }
      const scale = scales[channel] ?? 1;
      const zeroPoint = zeroPoints?.[channel] ?? 0;
      const integer = roundHalfToEven(((values[index] ?? 0) / scale) * steps) / steps + zeroPoint;
      const error = original - Math.fround((Math.max(least, Math.min(most, integer)) - zeroPoint) * scale);
      this.signal += original * original;
      this.noise += error * error;
    }
  }
}

/**
 * Signal-to-noise ratio of a weight in dB: the energy of its numbers over that of what rounding takes from them. Of a
 * weight with more than 65 536 numbers so many are looked at, in parts spread evenly.
 *
 * @returns null where nothing is lost
 * @throws CancelledError when the signal fires
 */
export async function weightSnr(
  { original, tensor, int8 }: StoredIntegers,
  scratch: Scratch,
  signal: Context['signal'],
): Promise<number | null> {
  throwIfAborted(signal);
  const { starts, length } = partsOf(elementCount(tensor.dims));
  const energies = new Energies(tensor.dims, int8);
  await scratch.lend(original.byteLength, (first) =>
    scratch.lend(original === tensor ? 0 : tensor.byteLength, async (second) => {
      const originals = await partReader(original, first);
      const values = original === tensor ? undefined : await partReader(tensor, second);
      for (const start of starts) {
        const part = await originals(start, length);
        energies.add(part, values === undefined ? part : await values(start, length), start);
      }
    }),
  );
  return energies.noise === 0 ? null : 10 * Math.log10(energies.signal / energies.noise);
}
