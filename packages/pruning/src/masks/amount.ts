import { z } from 'zod';

const PATTERN = /^([1-9]\d*):([1-9]\d*)$/;

/** In every `of` consecutive weights along the axis that a layer sums over, the `keep` largest stay. */
export interface Pattern {
  readonly keep: number;
  readonly of: number;
}

/** Reads `2:4`; undefined where that is no pattern, or one that removes nothing or everything. */
export function readPattern(text: string): Pattern | undefined {
  const [, keep, of] = PATTERN.exec(text)?.map(Number) ?? [];
  if (keep === undefined || of === undefined) return undefined;
  return keep < of ? { keep, of } : undefined;
}

/** How much of the weights becomes zero: a part of them, or an N:M pattern. */
export const amount = z
  .union([
    z.number().gt(0).lt(1),
    z.string().regex(PATTERN).meta({ title: 'N:M such as 2:4, which keeps the N largest of every M' }),
  ])
  .describe('part of the weights to set to zero, or N:M, which keeps the N largest of every M in a row');

export type Amount = z.infer<typeof amount>;
