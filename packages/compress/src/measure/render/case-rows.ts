import {
  formatChangeInterval,
  formatEnergy,
  formatEnergyRange,
  formatMs,
  formatRatioChange,
  twoDigits,
} from '../../render/measured-quantities.js';
import { formatBytes, formatLargeCount, formatPercentChange } from '../../render/quantities.js';
import type { EnergyRecord, MeasuredCase, MeasuredFigures, RatioRecord } from '../measure-report.js';
import type { Cell, Paint, Row } from './table.js';

/** How changes are marked. */
export interface Paints {
  readonly red: Paint;
  readonly green: Paint;
}

const plain = (text: string): Cell => ({ text });

const grows = (change: string) => change.startsWith('+');

function changeCell(change: string, red: Paint): Cell {
  return grows(change) ? { text: change, paint: red } : { text: change };
}

function verdictCell({ verdict }: RatioRecord, { red, green }: Paints): Cell {
  if (verdict === 'better') return { text: verdict, paint: green };
  return verdict === 'worse' ? { text: verdict, paint: red } : { text: verdict };
}

/** Head of all tables, for one model or two. */
export function headRow(compared: boolean): Row {
  const columns = compared ? ['before', 'after', 'change', '95 % interval', 'verdict'] : ['measured'];
  return [plain(''), ...columns.map(plain)];
}

/** One figure of one model, or of two with their change. */
export function figureRow(
  title: string,
  before: number | undefined,
  after: number,
  format: (value: number) => string,
  { red }: Paints,
): Row {
  if (before === undefined) return [plain(title), plain(format(after))];
  const change = changeCell(formatPercentChange(before, after), red);
  return [plain(title), plain(format(before)), plain(format(after)), change];
}

/** A time that was compared in pairs: its change is that of the pairs, with their interval and verdict. */
function ratioRow(
  title: string,
  before: number | undefined,
  after: number,
  ratio: RatioRecord | undefined,
  paints: Paints,
): Row {
  const row = figureRow(title, before, after, formatMs, paints);
  if (ratio === undefined) return row;
  const change = changeCell(formatRatioChange(ratio.ratio), paints.red);
  return [...row.slice(0, 3), change, plain(formatChangeInterval(ratio.interval)), verdictCell(ratio, paints)];
}

const latencyOf = (part: 'p50' | 'p95' | 'p99') => (figures: MeasuredFigures) => figures.latencyMs[part];

/** Peak memory, energy: figures that may be missing on either side. */
function optionalRow(
  title: string,
  { before, after }: MeasuredCase,
  read: (figures: MeasuredFigures) => number | undefined,
  format: (value: number) => string,
  paints: Paints,
): readonly Row[] {
  const value = read(after);
  if (value === undefined) return [];
  return [figureRow(title, before && read(before), value, format, paints)];
}

const measuredJoules = ({ energy }: MeasuredFigures) => (energy?.kind === 'measured' ? energy.joules : undefined);

const perSecond = (value: number) => `${value >= 100 ? value.toFixed(0) : value.toPrecision(3)} / s`;

/** The measured rows of one input size. @param verbose adds the tails of the latency */
export function caseRows(measured: MeasuredCase, verbose: boolean, paints: Paints): readonly Row[] {
  const { before, after, cpu, latency, macs } = measured;
  const of = (read: (figures: MeasuredFigures) => number) => [before && read(before), read(after)] as const;
  const tails = verbose ? (['p95', 'p99'] as const) : (['p95'] as const);
  return [
    ratioRow('  latency p50', ...of(latencyOf('p50')), latency, paints),
    ...tails.map((part) => figureRow(`  latency ${part}`, ...of(latencyOf(part)), formatMs, paints)),
    ratioRow('  CPU time', ...of(({ cpuMs }) => cpuMs), cpu, paints),
    throughputRow(before, after),
    figureRow('  load', ...of(({ loadMs }) => loadMs), formatMs, paints),
    ...optionalRow('  peak memory', measured, ({ memory }) => memory?.peakBytes, formatBytes, paints),
    figureRow('  MACs', macs.before, macs.after, formatLargeCount, paints),
    ...optionalRow('  energy', measured, measuredJoules, formatEnergy, paints),
  ];
}

/** More inferences in a second are no alarm. */
function throughputRow(before: MeasuredFigures | undefined, { throughput }: MeasuredFigures): Row {
  return figureRow('  throughput', before?.throughput, throughput, perSecond, {
    red: (text) => text,
    green: (text) => text,
  });
}

const range = ({ low, high }: EnergyRecord) => formatEnergyRange(low, high);

function carbonText({ carbon }: EnergyRecord): string | undefined {
  return carbon === undefined ? undefined : `${twoDigits(carbon.low)}-${twoDigits(carbon.high)} g`;
}

function changed(before: string | undefined, after: string): string {
  return before === undefined ? after : `${before} -> ${after}`;
}

/** Lines about what was not measured but calculated; they stand apart from the table. */
export function estimateLines({ before, after }: Pick<MeasuredCase, 'before' | 'after'>): readonly string[] {
  const { energy } = after;
  if (energy === null) return [];
  const reference = before?.energy ?? undefined;
  const carbon = carbonText(energy);
  return [
    ...(energy.kind === 'estimated'
      ? [
          `  estimate, not measured: energy ${changed(reference && range(reference), range(energy))} an inference, from CPU time`,
        ]
      : []),
    ...(carbon === undefined
      ? []
      : [
          `  estimate, not measured: ${changed(reference && carbonText(reference), carbon)} CO2e for a million inferences (grid ${energy.carbon?.grid})`,
        ]),
  ];
}
