import type { Change } from '@onnx-compress/core';
import type { Model } from '@onnx-compress/graph';
import { type AnalysisChoices, chooseSplits } from '../src/analysis/choose-splits.js';
import type { Engine } from '../src/axes/engine.js';
import { findGroups } from '../src/groups/find-groups.js';
import type { Group } from '../src/groups/group.js';
import { applyEdits } from '../src/surgery/apply-edits.js';
import { planEdits } from '../src/surgery/plan-edits.js';
import { reportEdits } from '../src/surgery/report-edits.js';
import { inferShapes } from './pruning-context.js';

/** A model after removal, and what was found out before. */
export interface Removed {
  readonly model: Model;
  readonly engine: Engine;
  readonly groups: readonly Group[];
  readonly changed: readonly Change[];
}

/** About every second unit that may go, such that no axis loses all of its positions. */
function everySecond({ units, pinned, cells }: Group): readonly number[] {
  const gone = new Set<number>();
  for (const unit of units.filter((own) => !pinned.has(own)).filter((_, index) => index % 2 === 1)) {
    const emptied = cells.some((cell) => cell.has(unit) && [...cell].every((own) => own === unit || gone.has(own)));
    if (!emptied && gone.size < units.length - 1) gone.add(unit);
  }
  return [...gone];
}

/** Removes about half of everything that may go, from a copy. */
export async function removePart(original: Model, choices: AnalysisChoices = {}): Promise<Removed> {
  const model = original.clone();
  const engine = chooseSplits(model, await inferShapes(model), choices);
  const groups = findGroups(engine);
  const edits = planEdits(engine, groups.flatMap(everySecond));
  const changed = reportEdits(edits);
  applyEdits(model, edits);
  return { model, engine, groups, changed };
}
