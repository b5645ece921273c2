import { computedTensor, elementCount, readFloats, type Scratch, type Tensor } from '@onnx-compress/graph';
import {
  absoluteMax,
  absoluteMaxPerChannel,
  type ChannelLayout,
  channelLayout,
  quantizeSymmetric,
  transpose2d,
  wholeTensor,
} from '@onnx-compress/math';

const INT8_LIMIT = 127;

/** Below this a float32 scale would be subnormal, and dividing by it no longer accurate. */
const SMALLEST_SCALE = 2 ** -126;

/** Parameters of one weight: `weight = scale * int8`, one scale per entry of `axis` or one for all. */
export interface Int8Scales {
  readonly axis: number | undefined;
  readonly scales: Float32Array;
  /** What stands for zero, one for each scale, where the integers are uint8: `weight = scale * (uint8 - zeroPoint)`. */
  readonly zeroPoints?: Uint8Array;
  /** Two bits more: `weight = scale * (int8 + remainder / 4)`, see `FineScales`. */
  readonly isFine?: true;
}

/**
 * Reads the weight once and derives its scales: largest absolute value / 127, as float32; 1 for a channel of zeros.
 *
 * @param scratch memory for the floats while they are read.
 * @returns undefined when the weight holds NaN or infinities.
 */
export async function int8Scales(
  tensor: Tensor,
  axis: number | undefined,
  scratch: Scratch,
): Promise<Int8Scales | undefined> {
  const largest = await scratch.lend(tensor.byteLength, async (into) => {
    const values = await readFloats(tensor, into);
    if (axis === undefined) return Float32Array.of(absoluteMax(values));
    return absoluteMaxPerChannel(values, channelLayout(tensor.dims, axis));
  });
  return largest.every(Number.isFinite) ? { axis, scales: largest.map(scaleFor) } : undefined;
}

/**
 * The int8 values, computed whenever the bytes are asked for, so that a model's weights are never in memory together.
 *
 * @param transposed store a matrix [N, K] as [K, N].
 * @param scratch memory for the floats while they are read.
 */
export function int8Tensor(tensor: Tensor, int8: Int8Scales, transposed: boolean, scratch: Scratch): Tensor {
  const [rows = 1, columns = 1] = tensor.dims;
  const compute = async (target?: Uint8Array) => {
    const bytes = await scratch.lend(tensor.byteLength, async (into) =>
      quantize(await readFloats(tensor, into), tensor, int8, target),
    );
    return transposed ? transpose2d(bytes, rows, columns, 1) : bytes;
  };
  return computedTensor('int8', transposed ? [columns, rows] : tensor.dims, compute);
}

function quantize(
  values: Float32Array,
  { dims }: Tensor,
  { axis, scales }: Int8Scales,
  target: Uint8Array = new Uint8Array(values.length),
): Uint8Array {
  const integers = new Int8Array(target.buffer, target.byteOffset, values.length);
  quantizeSymmetric(values, layoutOf(dims, axis), scales, integers);
  return target.subarray(0, values.length);
}

/** Which elements share a scale. */
export function layoutOf(dims: readonly number[], axis: number | undefined): ChannelLayout {
  return axis === undefined ? wholeTensor(elementCount(dims)) : channelLayout(dims, axis);
}

function scaleFor(largest: number): number {
  const scale = Math.fround(largest / INT8_LIMIT);
  return scale < SMALLEST_SCALE ? 1 : scale;
}
