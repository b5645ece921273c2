import { type Context, yieldToEventLoop } from '@onnx-compress/core';
import { type BlockParameters, gptq } from '@onnx-compress/math';
import {
  type AssignmentSubject,
  type BlockFormat,
  type BlockWeight,
  blockLayout,
  keptBlocks,
} from '../block-format.js';
import { STORED } from '../half-scales.js';

/** How often blocks are chosen again in view of all others. */
const SWEEPS = 2;

/** A weight matrix with the Gram matrix of what each equal block of its rows is multiplied with. */
export interface GroupedSubject extends Omit<AssignmentSubject, 'gram'> {
  readonly grams: readonly Float64Array[];
}

/**
 * Chooses scales and integers so that the products with what the Gram matrices were taken from change little, see `gptq`.
 *
 * @param damping part of the mean diagonal that is added to the diagonal, for directions that the samples do not show
 * @throws CancelledError when the signal fires
 * @throws RangeError where a Gram matrix is not finite
 */
export async function gptqBlocks(
  { matrix, rows, columns, grams }: GroupedSubject,
  format: BlockFormat,
  damping: number,
  { signal }: Pick<Context, 'signal'>,
): Promise<BlockWeight> {
  const perGroup = rows / grams.length;
  const nibbles = new Uint8Array(rows * columns);
  const parameters: BlockParameters[] = [];
  const layout = blockLayout({ rows: perGroup, columns }, format);
  const options = { symmetric: format.symmetric, damping, sweeps: SWEEPS, store: STORED[format.scaleType] };
  for (const [group, gram] of grams.entries()) {
    const first = group * perGroup * columns;
    const part = matrix.subarray(first, first + perGroup * columns);
    const assigned = await gptq(part, layout, gram, options, () => yieldToEventLoop(signal));
    nibbles.set(assigned.nibbles, first);
    parameters.push(assigned.parameters);
  }
  return keptBlocks({ rows, columns }, format, joined(parameters), nibbles);
}

function joined(parts: readonly BlockParameters[]): BlockParameters {
  const scales = Float32Array.from(parts.flatMap((part) => [...part.scales]));
  const zeroPoints = Uint8Array.from(parts.flatMap((part) => [...(part.zeroPoints ?? [])]));
  return zeroPoints.length > 0 ? { scales, zeroPoints } : { scales };
}
