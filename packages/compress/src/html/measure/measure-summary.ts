import type { Unit } from '@onnx-compress/core';
import type { Verdict } from '@onnx-compress/runtime';
import type { EnergyRecord, MeasureReport } from '../../measure/measure-report.js';
import { formatQuantity } from '../charts/quantity.js';
import { type Card, drawCards } from '../page/cards.js';
import { amountWords, changeTone, changeWords, SPEED_WORDS, VERDICT_TONES } from '../page/words.js';
import type { MeasureSection } from './measure-section.js';

type Side = MeasureReport['after'];

/** One figure of a side. */
interface Aspect {
  readonly label: string;
  readonly unit: Unit;
  /** Undefined where it was not measured. */
  readonly value: (side: Side) => number | undefined;
  readonly note?: (side: Side) => string | undefined;
  /** What a comparison in pairs says; a change without one is shown in neutral colour unless it is exact. */
  readonly verdict?: (report: MeasureReport) => Verdict | undefined;
  /** True for what is counted and not measured. */
  readonly exact?: boolean;
}

const energyNote = ({ source, low, high }: EnergyRecord) =>
  `measured by ${source}, ${formatQuantity(low, 'joules')} to ${formatQuantity(high, 'joules')}`;

const measuredEnergy = ({ energy }: Side) => (energy?.kind === 'measured' ? energy : undefined);

const rangeOf = (energy: EnergyRecord | null | undefined) =>
  energy?.kind === 'estimated'
    ? `${formatQuantity(energy.low, 'joules')} to ${formatQuantity(energy.high, 'joules')}`
    : undefined;

/** An estimate is a range and nothing more: no middle, no bar, no change. */
function estimateCard({ before, after }: MeasureReport): Card | undefined {
  const value = rangeOf(after.energy);
  if (value === undefined) return undefined;
  const note = 'of an inference; not measured, but calculated from CPU time';
  return { label: 'Energy, estimated', value, before: rangeOf(before?.energy), note };
}

const latencyNote = ({ latencyMs, throughput }: Side) =>
  `99th percentile ${formatQuantity(latencyMs.p99, 'milliseconds')}; ${formatQuantity(Math.round(throughput), 'count')} a second`;

const ASPECTS: readonly Aspect[] = [
  {
    label: 'Latency, median',
    unit: 'milliseconds',
    value: ({ latencyMs }) => latencyMs.p50,
    note: latencyNote,
    verdict: ({ cases }) => cases[0]?.latency?.verdict,
  },
  {
    label: 'CPU time',
    unit: 'milliseconds',
    value: ({ cpuMs }) => cpuMs,
    note: () => 'of one inference, all threads together',
    verdict: ({ cases }) => cases[0]?.cpu?.verdict,
  },
  {
    label: 'Peak memory',
    unit: 'bytes',
    value: ({ memory }) => memory?.peakBytes,
    note: ({ memory }) =>
      memory === null ? undefined : `${formatQuantity(memory.baseBytes, 'bytes')} of it before the model was loaded`,
  },
  {
    label: 'Energy of an inference',
    unit: 'joules',
    value: (side) => measuredEnergy(side)?.joules,
    note: (side) => {
      const energy = measuredEnergy(side);
      return energy && energyNote(energy);
    },
  },
  { label: 'Time to load', unit: 'milliseconds', value: ({ loadMs }) => loadMs },
  { label: 'File size', unit: 'bytes', value: ({ fileBytes }) => fileBytes, exact: true },
  { label: 'Parameters', unit: 'count', value: ({ parameters }) => parameters, exact: true },
  {
    label: 'Multiply-accumulates',
    unit: 'count',
    value: ({ macs }) => macs,
    note: ({ flops }) => `${formatQuantity(flops, 'count')} FLOPs at two each`,
    exact: true,
  },
];

function changeOf(report: MeasureReport, { verdict, exact }: Aspect, before: number, after: number): Partial<Card> {
  if (exact === true) return { change: changeWords(before, after), tone: changeTone(before, after) };
  const said = verdict?.(report);
  const amount = amountWords(before, after);
  return said === undefined
    ? { change: amount, tone: 'soft' }
    : { change: `${amount}: ${SPEED_WORDS[said]}`, tone: VERDICT_TONES[said] };
}

function cardOf(report: MeasureReport, aspect: Aspect): Card | undefined {
  const { label, unit, value, note } = aspect;
  const reached = value(report.after);
  if (reached === undefined) return undefined;
  const card = { label, value: formatQuantity(reached, unit), note: note?.(report.after) };
  const old = report.before && value(report.before);
  if (old === undefined) return card;
  const bars = { before: old, after: reached };
  return { ...card, ...changeOf(report, aspect, old, reached), before: formatQuantity(old, unit), bars };
}

/** The measured model at a glance. */
export const measureSummary: MeasureSection = {
  id: 'summary',
  title: 'Summary',
  render: (report) => drawCards([...ASPECTS.map((aspect) => cardOf(report, aspect)), estimateCard(report)]),
};
