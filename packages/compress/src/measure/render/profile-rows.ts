import { type BarStyle, renderBar } from '../../render/bars.js';
import { formatMs } from '../../render/measured-quantities.js';
import type { NodeTime } from '../measure-report.js';
import type { Row } from './table.js';

/** How many layers are shown without `verbose`. */
const SHORT = 10;
const BAR_WIDTH = 24;

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
    { text: renderBar((line.after ?? 0) / most, BAR_WIDTH, style).padEnd(BAR_WIDTH) },
  ]);
  const head = compared ? [['', 'before', 'after'].map((text) => ({ text }))] : [];
  return { rows: [...head, ...rows], more: lines.length - shown.length };
}
