/** HTML or SVG that is safe to put into a page: every string in it was escaped. */
export class Markup {
  constructor(readonly text: string) {}
}

/** What may stand in a template: markup as it is, text and numbers escaped, nothing for undefined. */
export type Part = Markup | string | number | undefined | readonly (Markup | undefined)[];

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const REPLACEMENT = '\u{fffd}';

/** Control characters but tab and line break, and halves of surrogate pairs: no text of HTML may hold them. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const FORBIDDEN = /[\u0000-\u0008\u000b-\u001f\u007f]|\p{Surrogate}/gu;

/** Replaces what neither HTML nor a data link can hold. */
export const printable = (text: string): string => text.replaceAll(FORBIDDEN, REPLACEMENT);

const escaped = (text: string) => printable(text).replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '');

function partText(part: Part): string {
  if (part === undefined) return '';
  if (part instanceof Markup) return part.text;
  if (typeof part === 'object') return part.map(partText).join('');
  return escaped(String(part));
}

/**
 * Template tag that escapes whatever is put in, for text and for attributes in double quotes.
 *
 * @example
 * markup`<td title="${name}">${name}</td>`
 */
export function markup(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return new Markup(strings.reduce((text, string, index) => text + partText(parts[index - 1]) + string));
}
