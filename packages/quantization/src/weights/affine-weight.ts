import { computedTensor, elementCount, readFloats, type Scratch, type Tensor } from '@onnx-compress/graph';
import {
  type AffineParameters,
  channelExtremes,
  dequantizeAffine,
  hasNonFinite,
  quantizeAffine,
  transpose2d,
} from '@onnx-compress/math';
import { activationScale } from '../activations/activation-scale.js';
import { type Int8Scales, layoutOf } from './int8-weight.js';

/** Asymmetric uint8 parameters of one weight: `weight = scale * (uint8 - zeroPoint)`, per entry of `axis` or for all. */
export interface AffineScales extends AffineParameters {
  readonly axis: number | undefined;
}

/** Whether a weight has a zero point of its own, and thus uint8 integers. */
export const isAffine = (scales: Int8Scales): scales is AffineScales => scales.zeroPoints !== undefined;

const UINT8 = { dataType: 'uint8', symmetric: false } as const;

/**
 * Reads the weight once and derives its parameters from the extremes of each channel, zero included, as
 * `activationScale` does. A channel of zeros has the scale 1.
 *
 * @param scratch memory for the floats while they are read
 * @returns undefined when the weight holds NaN or infinities
 */
export async function affineScales(
  tensor: Tensor,
  axis: number | undefined,
  scratch: Scratch,
): Promise<AffineScales | undefined> {
  return scratch.lend(tensor.byteLength, async (into) => {
    const values = await readFloats(tensor, into);
    if (hasNonFinite(values)) return undefined;
    const { lows, highs } = channelExtremes(values, layoutOf(tensor.dims, axis));
    const parameters = Array.from(lows, (low, channel) => activationScale({ low, high: highs[channel] ?? 0 }, UINT8));
    return {
      axis,
      scales: Float32Array.from(parameters, ({ scale }) => scale),
      zeroPoints: Uint8Array.from(parameters, ({ zeroPoint }) => zeroPoint),
    };
  });
}

/**
 * The uint8 values, computed whenever the bytes are asked for, so that a model's weights are never in memory together.
 *
 * @param transposed store a matrix [N, K] as [K, N]
 * @param scratch memory for the floats while they are read
 */
export function affineTensor(tensor: Tensor, affine: AffineScales, transposed: boolean, scratch: Scratch): Tensor {
  const [rows = 1, columns = 1] = tensor.dims;
  const compute = async (target: Uint8Array = new Uint8Array(elementCount(tensor.dims))) => {
    const integers = await scratch.lend(tensor.byteLength, async (into) => {
      const values = await readFloats(tensor, into);
      const own = target.subarray(0, values.length);
      quantizeAffine(values, layoutOf(tensor.dims, affine.axis), affine, own);
      return own;
    });
    return transposed ? transpose2d(integers, rows, columns, 1) : integers;
  };
  return computedTensor('uint8', transposed ? [columns, rows] : tensor.dims, compute);
}

/** Floats as their uint8 form gives them back. */
export function affineRoundedFloats(values: Float32Array, { dims }: Tensor, affine: AffineScales): Float32Array {
  const layout = layoutOf(dims, affine.axis);
  const integers = new Uint8Array(values.length);
  const target = new Float32Array(values.length);
  quantizeAffine(values, layout, affine, integers);
  dequantizeAffine(integers, layout, affine, target);
  return target;
}
