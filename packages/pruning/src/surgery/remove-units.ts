import type { Change } from '@onnx-compress/core';
import type { Model } from '@onnx-compress/graph';
import type { Prunable } from '../analysis/prunable.js';
import type { Decision } from '../selection/decision.js';
import { applyEdits } from './apply-edits.js';
import { planEdits } from './plan-edits.js';
import { reportEdits } from './report-edits.js';

/** Removes the chosen units, and everything that goes with them, from the model, in place. */
export function removeUnits(model: Model, { engine }: Prunable, decisions: readonly Decision[]): readonly Change[] {
  const edits = planEdits(
    engine,
    decisions.flatMap(({ units }) => units),
  );
  const changed = reportEdits(edits);
  if (edits.length > 0) applyEdits(model, edits);
  return changed;
}
