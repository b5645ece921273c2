import type { Verdict } from '@onnx-compress/runtime';

/** The rule of verdicts, written down once more for made-up measurements. */
export function verdictOf(ratio: number, { low, high }: { low: number; high: number }, margin: number): Verdict {
  if (low > 1 && ratio > 1 + margin) return 'better';
  if (high < 1 && ratio < 1 / (1 + margin)) return 'worse';
  return low >= 1 / (1 + margin) && high <= 1 + margin ? 'equivalent' : 'inconclusive';
}
