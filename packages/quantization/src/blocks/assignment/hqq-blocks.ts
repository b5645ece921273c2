import { type Context, yieldToEventLoop } from '@onnx-compress/core';
import { halfQuadraticBlocks } from '@onnx-compress/math';
import {
  type BlockFormat,
  type BlockMatrix,
  type BlockWeight,
  blockLayout,
  nearestParameters,
} from '../block-format.js';
import { STORED } from '../half-scales.js';

/**
 * Chooses scales and zero points by half-quadratic splitting, see `halfQuadraticBlocks`; the integers are the nearest to them.
 *
 * @returns undefined when the values hold NaN or infinities
 * @throws CancelledError when the signal fires
 */
export async function hqqBlocks(
  { matrix, rows, columns }: BlockMatrix,
  format: BlockFormat,
  { signal }: Pick<Context, 'signal'>,
): Promise<BlockWeight | undefined> {
  const layout = blockLayout({ rows, columns }, format);
  const nearest = nearestParameters(matrix, layout, format);
  if (nearest === undefined) return undefined;
  const store = STORED[nearest.format.scaleType];
  const pause = () => yieldToEventLoop(signal);
  const parameters = await halfQuadraticBlocks(matrix, layout, nearest.parameters, pause, store);
  return { format: nearest.format, rows, columns, parameters };
}
