import { type Change, type Skip, type StepResult, throwIfAborted } from '@onnx-compress/core';
import type { Model } from '@onnx-compress/graph';
import type { Rewrite, RewriteScope } from './rewrite.js';

/** More rounds than any real chain of rewrites needs; a rewrite that undoes another one would never end otherwise. */
const MAXIMUM_ROUNDS = 20;

/** Applies rewrites in order, again and again until none changes anything. */
export async function runRewrites(
  model: Model,
  rewrites: readonly Rewrite[],
  scope: RewriteScope,
): Promise<StepResult> {
  const changed: Change[] = [];
  let skipped: Skip[] = [];
  for (let round = 0; round < MAXIMUM_ROUNDS; round++) {
    const before = changed.length;
    skipped = [];
    for (const rewrite of rewrites) {
      throwIfAborted(scope.context.signal);
      const result = await rewrite(model, scope);
      changed.push(...result.changed);
      skipped.push(...result.skipped);
    }
    if (changed.length === before) break;
  }
  return { changed, skipped, metrics: countByReason(changed) };
}

function countByReason(changed: readonly Change[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { action } of changed) if (typeof action === 'string') counts[action] = (counts[action] ?? 0) + 1;
  return counts;
}
