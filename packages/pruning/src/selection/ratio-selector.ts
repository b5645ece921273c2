import type { Prunable } from '../analysis/prunable.js';
import { type StructuredOptions, scopeOf } from '../criteria/options.js';
import { classesOf } from './classes.js';
import type { Decision, ScoredGroup } from './decision.js';
import { decisionsOf } from './decisions.js';
import { normalised } from './normalise.js';
import { selectPerLayer } from './per-layer.js';
import type { Selector } from './selector.js';
import { Shrinking } from './shrinking.js';
import { shrinkToRatio } from './to-ratio.js';

function selectWithin(
  { members }: Prunable,
  scored: readonly ScoredGroup[],
  options: StructuredOptions,
  ratio: number,
): readonly Decision[] {
  const scope = scopeOf(options);
  if (scope === 'layer') return selectPerLayer(scored, { ...options, ratio });
  const shrinking = new Shrinking(scored.map(normalised), options);
  for (const own of classesOf(shrinking.groups, scope, members)) shrinkToRatio(shrinking, own, ratio);
  return decisionsOf(shrinking);
}

/** Removes a share of the channels: of each layer, of each class of isomorphic layers, or of all layers together. */
export function ratioSelector(prunable: Prunable, options: StructuredOptions, ratio: number): Selector {
  return {
    preview: (scored, part) => selectWithin(prunable, scored, options, 1 - (1 - ratio) ** part),
    select: async (scored) => ({
      decisions: selectWithin(prunable, scored, options, ratio),
      metrics: { requestedRatio: ratio },
    }),
  };
}
