import type { NodeTime } from '../measure-report.js';
import { formatMs } from './quantities.js';
import type { Row } from './table.js';

/** How many layers are shown without `verbose`. */
const SHORT = 10;
const BAR_WIDTH = 24;

/** Characters of a bar: whole cells, and the eighths of the last one. */
export interface BarStyle {
  readonly whole: string;
  readonly parts: readonly string[];
}

/** Bars for terminals. */
export const BLOCK_BARS: BarStyle = { whole: '█', parts: ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'] };

/** Bars for everything else. */
export const ASCII_BARS: BarStyle = { whole: '#', parts: [''] };

/** A bar for a part of one; anything above zero that is too short to show is empty. */
export function bar(part: number, { whole, parts }: BarStyle): string {
  const steps = Math.round(Math.min(1, part) * BAR_WIDTH * parts.length);
  return whole.repeat(Math.floor(steps / parts.length)) + (parts[steps % parts.length] ?? '');
}

/** Longest name of a node that is written out, so that a line fits into a terminal. */
const LONGEST_NAME = 50;

/** The end of a name tells one layer from the other; exporters begin them all alike. */
const shortened = (name: string) => (name.length <= LONGEST_NAME ? name : `...${name.slice(3 - LONGEST_NAME)}`);

/** What a person calls the place: node and operator, or a kernel that onnxruntime added. */
const titleOf = ({ node, opType }: NodeTime) => `${shortened(node ?? 'added by onnxruntime')} (${opType})`;

const longest = ({ before = 0, after = 0 }: NodeTime) => Math.max(before, after);

const timeText = (timeMs: number | undefined) => ({ text: timeMs === undefined ? '' : formatMs(timeMs) });

/**
 * Where the time goes, the slowest first: one row per node, with a bar for the time of the measured model.
 *
 * @returns the rows, and how many more there are
 */
export function profileRows(
  times: readonly NodeTime[],
  compared: boolean,
  verbose: boolean,
  style: BarStyle,
): { readonly rows: readonly Row[]; readonly more: number } {
  const lines = [...times].sort((a, b) => longest(b) - longest(a));
  const shown = verbose ? lines : lines.slice(0, SHORT);
  const most = Math.max(...lines.map(longest));
  const rows = shown.map((line) => [
    { text: `  ${titleOf(line)}` },
    ...(compared ? [timeText(line.before)] : []),
    timeText(line.after),
    { text: bar((line.after ?? 0) / most, style).padEnd(BAR_WIDTH) },
  ]);
  const head = compared ? [['', 'before', 'after'].map((text) => ({ text }))] : [];
  return { rows: [...head, ...rows], more: lines.length - shown.length };
}
