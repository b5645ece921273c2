import { badDimension, givenTwice, notAnAssignment } from './messages.js';

/**
 * Splits `name=value` options at the first `=` whose name is not empty.
 *
 * @throws UsageError for a text without `=` and for a name given twice
 */
export function parseAssignments(option: '--input' | '--dim', texts: readonly string[]): ReadonlyMap<string, string> {
  const assignments = new Map<string, string>();
  for (const text of texts) {
    const end = text.indexOf('=', 1);
    if (end < 0 || end === text.length - 1) throw notAnAssignment(option, text);
    const name = text.slice(0, end);
    if (assignments.has(name)) throw givenTwice(option, name);
    assignments.set(name, text.slice(end + 1));
  }
  return assignments;
}

/**
 * Parses `--dim` options: sizes of symbolic dimensions, by symbol; a nameless one is `input[axis]`.
 *
 * @throws UsageError for a text that is not `name=<whole number above 0>`
 * @example parseDims(['batch=1', 'input[1]=576'])
 */
export function parseDims(texts: readonly string[]): ReadonlyMap<string, number> {
  const sizes = new Map<string, number>();
  for (const [name, text] of parseAssignments('--dim', texts)) {
    if (!/^[1-9]\d{0,8}$/.test(text)) throw badDimension(name, text);
    sizes.set(name, Number(text));
  }
  return sizes;
}
