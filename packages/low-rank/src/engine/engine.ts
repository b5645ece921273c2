import { type Context, type Random, yieldToEventLoop } from '@onnx-compress/core';
import type { Pause } from '@onnx-compress/math';

/** What spectra and truncations are computed with. */
export interface Engine extends Pick<Context, 'gemm' | 'signal'> {
  /** Where iterations on large matrices start from. */
  readonly random: Random;
}

/** Gives the event loop its turn in loops in JavaScript. */
export function pauseOf({ signal }: Engine): Pause {
  return () => yieldToEventLoop(signal);
}
