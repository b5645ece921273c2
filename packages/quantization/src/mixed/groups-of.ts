import { layersByWeight } from '../fallback/shared-weights.js';
import { FLOAT32 } from './format.js';
import type { LayerGroup } from './layer-choices.js';
import type { FormatTrials } from './try-formats.js';

/** The layers that any of the formats can store, those together that share a weight. */
export function groupsOf(trials: FormatTrials): readonly LayerGroup[] {
  const changed = [...trials.values()].flatMap(({ changes }) => changes);
  return layersByWeight(changed).map((labels) => {
    const own = new Set(labels);
    const offers = [...trials].flatMap(([format, trial]) => {
      const changes = trial.changes.filter(({ node }) => own.has(node));
      const repairs = trial.repairs.filter(({ node }) => own.has(node));
      return changes.length > 0 || format === FLOAT32 ? [[format, { changes, repairs }] as const] : [];
    });
    return { labels, offers: new Map(offers) };
  });
}
