import type { Int8Scales } from './int8-weight.js';

/** Largest integer that a bias becomes; the sums of products have as much room again. */
const BIAS_LIMIT = 2 ** 30;

/**
 * Scales of a weight, raised where the int32 bias of the channel would not fit otherwise: a channel of nearly zero
 * weights with a real bias. They become at least `|bias| / (inputScale * 2^30)`.
 *
 * @param bias one number for each channel of the layer, as it is added to the products; undefined for none. A grouped
 * ConvTranspose has several channels for a scale, in turn.
 * @param inputScale of the value that the layer reads
 * @param limit what the bias may become at most, in place of 2^30
 */
export function withRoomForBias(
  int8: Int8Scales,
  bias: Float32Array | undefined,
  inputScale: number,
  limit = BIAS_LIMIT,
): Int8Scales {
  if (bias === undefined) return int8;
  const scales = int8.scales.slice();
  for (const [channel, value] of bias.entries()) {
    if (!Number.isFinite(value)) continue;
    const index = channel % scales.length;
    scales[index] = Math.max(scales[index] ?? 0, Math.abs(value) / (inputScale * limit));
  }
  return { ...int8, scales };
}
