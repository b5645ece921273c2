/** Ranks are multiples of this; auto: of what `AUTOMATIC_STEPS` says. */
export type Round = 'auto' | number;

/** The step between ranks from a break-even rank on; below the last, 1. Kernels of onnxruntime get faster in these. */
const AUTOMATIC_STEPS = [
  { from: 64, step: 16 },
  { from: 32, step: 8 },
  { from: 16, step: 4 },
] as const;

/** The number that ranks are multiples of, for a layer with this break-even rank. */
export function rankStep(breakEven: number, round: Round): number {
  if (round !== 'auto') return round;
  return AUTOMATIC_STEPS.find(({ from }) => breakEven >= from)?.step ?? 1;
}
