import { globMatchesNothing } from '../messages.js';
import type { NodeSelection } from '../technique.js';
import { matchGlob } from './match-nodes.js';
import { editDistance } from './nearest-name.js';

const SHOWN_NAMES = 3;
const WILDCARD = /[*?[{(]/;

/**
 * Checks that every glob of a selection, `include` and `skip` alike, matches at least one node.
 *
 * @param labels the labels of all nodes of the input model
 * @throws UsageError `GLOB_MATCHES_NOTHING` naming the nodes with the nearest names
 */
export function assertGlobsMatch(selection: NodeSelection, labels: readonly string[]): void {
  for (const glob of [...selection.include, ...selection.skip]) {
    if (!labels.some(matchGlob(glob))) throw globMatchesNothing(glob, nearestLabels(glob, labels));
  }
}

/** The labels whose beginning is most like the glob's text before its first wildcard. */
function nearestLabels(glob: string, labels: readonly string[]): readonly string[] {
  const wildcard = glob.search(WILDCARD);
  const prefix = wildcard < 0 ? glob : glob.slice(0, wildcard);
  const distances = labels.map((label) => ({
    label,
    distance: editDistance(prefix, wildcard < 0 ? label : label.slice(0, prefix.length)),
  }));
  distances.sort((first, second) => first.distance - second.distance);
  return distances.slice(0, SHOWN_NAMES).map(({ label }) => label);
}
