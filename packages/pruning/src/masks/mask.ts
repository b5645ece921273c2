import type { ChannelLayout } from '@onnx-compress/math';
import type { Pattern } from './amount.js';

/** Float32 values as whole numbers; without the sign bit these are in the order of the magnitudes. */
export type FloatBits = Uint32Array;

/** Clears the sign bit. */
export const WITHOUT_SIGN = 0x7f_ff_ff_ff;

/** Bits of infinity; those of NaN lie above. */
export const INFINITE = 0x7f_80_00_00;

/** Every weight below a magnitude goes, and of those that equal it all but the first `keepEqual`. */
export interface CutMask {
  readonly kind: 'cut';
  readonly magnitude: number;
  readonly keepEqual: number;
}

/** All but the largest of each block go; equal weights keep the lower index. */
interface PatternMask extends Pattern {
  readonly kind: 'pattern';
  /** Where the summed axis lies among the elements. */
  readonly layout: ChannelLayout;
}

/** Which elements of a weight become zero. */
export type Mask = CutMask | PatternMask;

type Visit = (index: number) => void;

function visitCut(bits: FloatBits, { magnitude, keepEqual }: CutMask, visit: Visit): void {
  let kept = 0;
  for (let index = 0; index < bits.length; index++) {
    const own = (bits[index] ?? 0) & WITHOUT_SIGN;
    if (own < magnitude || (own === magnitude && kept++ >= keepEqual)) visit(index);
  }
}

/** Index of the smallest magnitude that is left in a block, the last one of equal ones. */
function smallest(block: Float64Array): number {
  let found = 0;
  for (const [index, magnitude] of block.entries()) if (magnitude <= (block[found] ?? 0)) found = index;
  return found;
}

function visitPattern(bits: FloatBits, { keep, of, layout }: PatternMask, visit: Visit): void {
  const { outer, channels, inner } = layout;
  const block = new Float64Array(of);
  for (let start = 0; start < outer * channels; start += of) {
    for (let offset = 0; offset < inner; offset++) {
      for (let index = 0; index < of; index++) {
        block[index] = (bits[(start + index) * inner + offset] ?? 0) & WITHOUT_SIGN;
      }
      for (let gone = keep; gone < of; gone++) {
        const index = smallest(block);
        block[index] = Number.POSITIVE_INFINITY;
        visit((start + index) * inner + offset);
      }
    }
  }
}

/** Calls `visit` with the index of every element that the mask sets to zero. */
export function visitMasked(bits: FloatBits, mask: Mask, visit: Visit): void {
  if (mask.kind === 'cut') visitCut(bits, mask, visit);
  else visitPattern(bits, mask, visit);
}
