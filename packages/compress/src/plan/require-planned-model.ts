import type { Step } from '@onnx-compress/core';
import { removalPlan } from '@onnx-compress/pruning';
import { planForOtherModel } from './messages.js';

/** Refuses plans that were made for another model. @throws UsageError naming both hashes */
export function requirePlannedModel(steps: readonly Step[], sha256: string): void {
  for (const { family, technique, options } of steps) {
    if (family !== 'prune' || technique !== 'plan') continue;
    const planned = removalPlan.safeParse(options.plan).data?.input?.sha256;
    if (planned !== undefined && planned !== sha256) throw planForOtherModel(planned, sha256);
  }
}
