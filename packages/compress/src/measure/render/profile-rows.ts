import type { LayerProfile } from '@onnx-compress/runtime';
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

interface LayerLine {
  readonly title: string;
  readonly before: number | undefined;
  readonly after: number | undefined;
}

/** A bar for a part of one; anything above zero that is too short to show is empty. */
export function bar(part: number, { whole, parts }: BarStyle): string {
  const steps = Math.round(Math.min(1, part) * BAR_WIDTH * parts.length);
  return whole.repeat(Math.floor(steps / parts.length)) + (parts[steps % parts.length] ?? '');
}

/** Times by what a person calls the place: node and operator, or a kernel that onnxruntime added. */
function timesOf(profile: LayerProfile | undefined): ReadonlyMap<string, number> {
  const times = new Map<string, number>();
  const add = (title: string, timeMs: number) => times.set(title, (times.get(title) ?? 0) + timeMs);
  for (const { node, opType, timeMs } of profile?.layers ?? []) add(`${node} (${opType})`, timeMs);
  for (const { opType, timeMs } of profile?.added ?? []) add(`added by onnxruntime (${opType})`, timeMs);
  return times;
}

function layerLines(before: LayerProfile | undefined, after: LayerProfile): readonly LayerLine[] {
  const [first, second] = [timesOf(before), timesOf(after)];
  const longest = ({ before: from = 0, after: to = 0 }: LayerLine) => Math.max(from, to);
  return [...new Set([...second.keys(), ...first.keys()])]
    .map((title) => ({ title, before: first.get(title), after: second.get(title) }))
    .filter((line) => longest(line) > 0)
    .sort((a, b) => longest(b) - longest(a));
}

const timeText = (timeMs: number | undefined) => ({ text: timeMs === undefined ? '' : formatMs(timeMs) });

/**
 * Where the time goes, the slowest first: one row per node, with a bar for the time of the measured model.
 *
 * @returns the rows, and how many more there are
 */
export function profileRows(
  before: LayerProfile | undefined,
  after: LayerProfile,
  verbose: boolean,
  style: BarStyle,
): { readonly rows: readonly Row[]; readonly more: number } {
  const lines = layerLines(before, after);
  const shown = verbose ? lines : lines.slice(0, SHORT);
  const most = Math.max(...lines.map((line) => Math.max(line.before ?? 0, line.after ?? 0)));
  const rows = shown.map((line) => [
    { text: `  ${line.title}` },
    ...(before === undefined ? [] : [timeText(line.before)]),
    timeText(line.after),
    { text: bar((line.after ?? 0) / most, style).padEnd(BAR_WIDTH) },
  ]);
  return { rows, more: lines.length - shown.length };
}
