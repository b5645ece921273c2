import { elementCount } from '../../tensor/element-count.js';
import { FLOAT_DECODERS, INTEGER_DECODERS } from '../../tensor/element-decoders.js';
import type { Tensor } from '../../tensor/tensor.js';
import { viewAs } from '../../tensor/typed-view.js';
import type { ZeroPoint } from './zero-point.js';

/** Elements that are not zero, minus zero being zero and NaN not; undefined for types that are no real numbers. */
export function countNonZeroElements(
  { dataType, dims }: Pick<Tensor, 'dataType' | 'dims'>,
  bytes: Uint8Array,
  zero: ZeroPoint,
): number | undefined {
  const count = elementCount(dims);
  if (dataType === 'float32') return withBits(viewAs(Uint32Array, bytes), 0x7fffffff);
  if (dataType === 'float16' || dataType === 'bfloat16') return withBits(viewAs(Uint16Array, bytes), 0x7fff);
  if (dataType === 'float64') return unlike(viewAs(Float64Array, bytes), 0);
  const floats = FLOAT_DECODERS[dataType];
  if (floats) return unlike(floats(bytes, count), 0);
  const integers = INTEGER_DECODERS[dataType]?.(bytes, count);
  if (!integers) return undefined;
  if (integers instanceof BigInt64Array || integers instanceof BigUint64Array) {
    return unlike(Float64Array.from(integers, Number), zero.values[0] ?? 0);
  }
  return zero.values.length === 1
    ? unlike(integers, zero.values[0] ?? 0)
    : unlikeByChannel(integers, zero, elementCount(dims.slice(zero.axis + 1)));
}

function withBits(words: Uint32Array | Uint16Array, mask: number): number {
  let count = 0;
  for (let index = 0; index < words.length; index++) if (((words[index] ?? 0) & mask) !== 0) count++;
  return count;
}

function unlike(values: ArrayLike<number>, zero: number): number {
  let count = 0;
  for (let index = 0; index < values.length; index++) if (values[index] !== zero) count++;
  return count;
}

function unlikeByChannel(values: ArrayLike<number>, { values: zeros }: ZeroPoint, inner: number): number {
  let count = 0;
  for (let index = 0; index < values.length; index++) {
    if (values[index] !== zeros[Math.floor(index / inner) % zeros.length]) count++;
  }
  return count;
}
