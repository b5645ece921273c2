/**
 * Finds a character that stands outside braces, so that `{a,b}` stays in one piece.
 *
 * @returns its index, or -1
 */
export function indexOutsideBraces(text: string, wanted: string): number {
  let depth = 0;
  for (let index = 0; index < text.length; index++) {
    const character = text[index];
    if (character === wanted && depth === 0) return index;
    if (character === '{') depth++;
    else if (character === '}') depth = Math.max(0, depth - 1);
  }
  return -1;
}

/** Splits at every separator that stands outside braces. */
export function splitOutsideBraces(text: string, separator: string): readonly string[] {
  const parts: string[] = [];
  let rest = text;
  for (;;) {
    const index = indexOutsideBraces(rest, separator);
    if (index < 0) return [...parts, rest];
    parts.push(rest.slice(0, index));
    rest = rest.slice(index + 1);
  }
}

/** True when a brace is opened and not closed. */
export function hasOpenBrace(text: string): boolean {
  let depth = 0;
  for (const character of text) {
    if (character === '{') depth++;
    else if (character === '}') depth = Math.max(0, depth - 1);
  }
  return depth > 0;
}
