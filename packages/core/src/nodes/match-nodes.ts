import picomatch from 'picomatch/posix.js';
import type { NodeSelection } from '../technique.js';

/** Node names are not file names: a leading dot or exclamation mark has no meaning, a backslash only escapes. */
const OPTIONS = { dot: true, nonegate: true };

/**
 * Compiles a selection of nodes: those that an `include` glob matches (all, when there is none) without those that a
 * `skip` glob matches.
 *
 * Globs see a node's label: its name, or `OpType#index` for a nameless node. `*` and `?` stay between two slashes,
 * `**` as a whole part crosses them (`/features/**` matches `/features` and all below), `{a,b}`, `{0..3}` and `[0-9]`
 * work as in a shell. Dots, colons, `#` and spaces are plain characters, and a label written out in full always
 * matches itself.
 *
 * @example nodes.filter((node) => matchNodes({ include: ['/features/**'], skip: [] })(node.label));
 */
export function matchNodes(selection: NodeSelection): (label: string) => boolean {
  const include = selection.include.map(matchGlob);
  const skip = selection.skip.map(matchGlob);
  return (label) =>
    (include.length === 0 || include.some((matches) => matches(label))) && !skip.some((matches) => matches(label));
}

/** Compiles one glob as `matchNodes` describes. */
export function matchGlob(glob: string): (label: string) => boolean {
  const matches = picomatch(glob, OPTIONS);
  return (label) => label === glob || matches(label);
}
