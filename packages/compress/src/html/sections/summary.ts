import type { Unit } from '@onnx-compress/core';
import { formatCosine } from '../../render/quantities.js';
import type { LatencyRecord, ModelSize, Report, VerificationRecord } from '../../report/report.js';
import { formatQuantity, formatterOf } from '../charts/quantity.js';
import { type Card, drawCards } from '../page/cards.js';
import { changeTone, changeWords, FIDELITY_TONES, METRIC_WORDS, SPEED_WORDS, VERDICT_TONES } from '../page/words.js';
import type { ReportSection } from './subject.js';

function sizeCard(label: string, before: number, after: number, unit: Unit): Card {
  const [value, from] = [formatQuantity(after, unit), formatQuantity(before, unit)];
  return {
    label,
    value,
    before: from,
    change: changeWords(before, after),
    tone: changeTone(before, after),
    bars: { before, after },
  };
}

function macsCard({ before, after }: Report): Card {
  const unknown = new Set([...(before.unknownMacs ?? []), ...(after.unknownMacs ?? [])]).size;
  const missing = unknown === 0 ? '' : `; ${unknown} layers of unknown shape are missing`;
  const flops = `${formatQuantity(after.flops, 'count')} FLOPs at two each${missing}`;
  return { ...sizeCard('Multiply-accumulates', before.macs, after.macs, 'count'), note: flops };
}

function latencyCard({ beforeMs, afterMs, speedup, interval, verdict, metric }: LatencyRecord): Card {
  const [low, high] = interval.map(formatterOf('factor'));
  return {
    label: 'Latency',
    value: formatQuantity(afterMs, 'milliseconds'),
    before: formatQuantity(beforeMs, 'milliseconds'),
    change: SPEED_WORDS[verdict],
    tone: VERDICT_TONES[verdict],
    bars: { before: beforeMs, after: afterMs },
    note: `speedup ${formatQuantity(speedup, 'factor')} (${low} to ${high}) of ${METRIC_WORDS[metric]}`,
  };
}

function fidelityCard({ fidelity, cosine, snrDb, agreement, status }: VerificationRecord): Card {
  if (fidelity === null || cosine === null) {
    return {
      label: 'Fidelity',
      value: 'unknown',
      note: status === 'off' ? 'the result was not run' : 'see the reasons',
    };
  }
  const notes = [
    snrDb === null ? 'identical outputs' : `signal-to-noise ratio ${formatQuantity(snrDb, 'decibel')}`,
    ...(agreement === undefined ? [] : [`same top class for ${formatQuantity(agreement, 'part')}`]),
  ];
  const change = `cosine ${formatCosine(cosine)}`;
  return { label: 'Fidelity', value: fidelity, change, tone: FIDELITY_TONES[fidelity], note: notes.join(', ') };
}

const weightsNote = ({ weights }: ModelSize) =>
  `${formatQuantity(weights, 'count')} weights, the rest biases and the like`;

function sizes(before: ModelSize, after: ModelSize): readonly Card[] {
  return [
    sizeCard('File size', before.fileBytes, after.fileBytes, 'bytes'),
    { ...sizeCard('Parameters', before.parameters, after.parameters, 'count'), note: weightsNote(after) },
  ];
}

/** Before and after at a glance. */
export const summary: ReportSection = {
  id: 'summary',
  title: 'Summary',
  render: ({ report }) =>
    drawCards([
      ...sizes(report.before, report.after),
      macsCard(report),
      report.latency && latencyCard(report.latency),
      fidelityCard(report.verification),
    ]),
};
