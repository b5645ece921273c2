import { type Markup, markup } from '../page/markup.js';

/** Lengths that fit beside a value, by the class for the width of the figure. */
const LENGTHS = { wide: 56, medium: 28, narrow: 20 } as const;

/** Shortens in the middle, for the ends of node names tell them apart: `/features/…res.3/Conv`. */
export function shortened(text: string, length: number): string {
  const characters = [...text];
  if (characters.length <= length) return text;
  const head = Math.floor((length - 1) / 3);
  return `${characters.slice(0, head).join('')}…${characters.slice(head + 1 - length).join('')}`;
}

/** Name of a row at the left edge, in three lengths of which the style sheet shows the one that fits. */
export function rowLabel(text: string, y: number): Markup {
  if ([...text].length <= LENGTHS.narrow) return markup`<text y="${y}">${text}</text>`;
  const full = markup`<title>${text}</title>`;
  const texts = Object.entries(LENGTHS).map(
    ([width, length]) => markup`<text class="${width}" y="${y}">${full}${shortened(text, length)}</text>`,
  );
  return markup`${texts}`;
}

/** A length along a fluid axis. */
export const percent = (part: number): string => `${Number((part * 100).toFixed(2))}%`;

/** A length in pixels, short. */
export const pixels = (length: number): number => Number(length.toFixed(1));
