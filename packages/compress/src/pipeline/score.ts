import type { ModelLocation } from '@onnx-compress/runtime';
import { evaluateFailed } from '../messages.js';
import type { Evaluate } from '../options.js';
import type { ScoreRecord } from '../report/report.js';
import type { Engine } from './engine.js';

async function scoreOf(
  location: ModelLocation,
  evaluate: Evaluate,
  engine: Engine,
  signal: AbortSignal,
): Promise<number> {
  const session = await engine.host.open(location, { ...engine.session, signal });
  try {
    const score = await evaluate(session);
    if (!Number.isFinite(score)) throw evaluateFailed(score);
    return score;
  } finally {
    await session.release();
  }
}

/** Lets the caller score original and result, one after the other. @throws UsageError for a score that is no number */
export async function scoreBoth(
  original: ModelLocation,
  candidate: ModelLocation,
  evaluate: Evaluate | undefined,
  engine: Engine,
  signal: AbortSignal,
): Promise<ScoreRecord | undefined> {
  if (evaluate === undefined) return undefined;
  const before = await scoreOf(original, evaluate, engine, signal);
  return { before, after: await scoreOf(candidate, evaluate, engine, signal) };
}
