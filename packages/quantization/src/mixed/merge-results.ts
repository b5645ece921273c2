import type { Change, Figure, Skip, StepResult } from '@onnx-compress/core';
import { chosenToStay } from '../messages.js';
import type { Assigned, Composition } from './compose.js';
import { FLOAT32 } from './format.js';

/** What the techniques did, as one step. */
export interface Merged extends Pick<StepResult, 'changed' | 'skipped' | 'repairs'> {
  readonly figures: readonly Figure[];
}

/** The part of all predicted noise that each layer brings, by label. */
function noiseShares(assigned: Assigned): ReadonlyMap<string, number> {
  const all = assigned.reduce((sum, { choice }) => sum + choice.noise, 0);
  return new Map(
    assigned.flatMap(({ labels, choice }) => labels.map((label) => [label, all > 0 ? choice.noise / all : 0] as const)),
  );
}

function stayed(assigned: Assigned): readonly Skip[] {
  return assigned
    .filter(({ choice }) => choice.format === FLOAT32)
    .flatMap(({ labels }) => labels.map((node) => ({ node, reason: chosenToStay() })));
}

/** Merges what the techniques report; each changed layer gets its format and its part of the noise. */
export function mergeResults({ results }: Composition, assigned: Assigned): Merged {
  const shares = noiseShares(assigned);
  const changed: Change[] = [];
  const skipped: Skip[] = [...stayed(assigned)];
  const repairs = [...results.values()].flatMap((result) => result.repairs ?? []);
  const figures: Figure[] = [];
  for (const [{ name }, result] of results) {
    changed.push(...result.changed.map((one) => ({ ...one, format: name, noiseShare: shares.get(one.node) ?? 0 })));
    figures.push(...(result.figures ?? []).map((figure) => ({ ...figure, title: `${figure.title}: ${name}` })));
    skipped.push(...result.skipped);
  }
  const told = new Set(changed.map(({ node }) => node));
  const left = new Map(skipped.filter(({ node }) => !told.has(node)).map((skip) => [skip.node, skip]));
  return { changed, skipped: [...left.values()], ...(repairs.length > 0 && { repairs }), figures };
}
