import type { Diagnostic } from '@onnx-compress/core';
import { NEVER, translated } from '../failures.js';
import { type Engine, openEngine } from './engine.js';

/** What commands that only look at models may be told. */
export interface LookOptions {
  /** Sizes of symbolic dimensions, by name; others count as 1. */
  readonly dims?: Readonly<Record<string, number>> | undefined;
  readonly threads?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onWarning?: ((diagnostic: Diagnostic) => void) | undefined;
}

/** Lends an engine to work that writes nothing, and closes it. @throws CompressError */
export function withEngine<T>(
  { threads, signal = NEVER, onWarning = () => {} }: LookOptions,
  work: (engine: Engine, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  return translated(async () => {
    const engine = openEngine(onWarning, threads);
    try {
      return await work(engine, signal);
    } finally {
      await engine.close();
    }
  }, signal);
}
