/** How bars are drawn: with block characters, with signs that every terminal has, or not at all. */
export type BarStyle = 'unicode' | 'ascii' | 'none';

/** One to seven eighths of a cell, from the left. */
const EIGHTHS = '▏▎▍▌▋▊▉';

const clamped = (part: number) => (part > 0 ? Math.min(part, 1) : 0);

function unicodeBar(part: number, width: number): string {
  const eighths = Math.max(part > 0 ? 1 : 0, Math.round(part * width * 8));
  return '█'.repeat(Math.floor(eighths / 8)) + (EIGHTHS[(eighths % 8) - 1] ?? '');
}

function asciiBar(part: number, width: number): string {
  const cells = Math.round(part * width);
  return cells === 0 && part > 0 ? '.' : '#'.repeat(cells);
}

/**
 * A horizontal bar for a part of one, at most `width` cells long; a part above zero always shows. Pure.
 *
 * @param part below 0 and NaN count as 0, above 1 as 1
 * @example renderBar(0.5, 4, 'ascii') // '##'
 */
export function renderBar(part: number, width: number, style: BarStyle): string {
  if (style === 'none') return '';
  return style === 'unicode' ? unicodeBar(clamped(part), width) : asciiBar(clamped(part), width);
}
