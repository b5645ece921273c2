import type { MeasuredCase, MeasureReport } from '../../measure/measure-report.js';
import { formatNumberOf, formatPart } from '../../render/quantities.js';
import { formatQuantity } from '../charts/quantity.js';
import { drawRecord, type Entry } from '../page/records.js';
import { METRIC_WORDS } from '../page/words.js';
import type { MeasureSection } from './measure-section.js';

const part = (value: number | null) => (value === null ? 'unknown' : formatPart(value));

function disturbance({ label, disturbance: { steal, wait } }: MeasuredCase): Entry {
  return [
    `disturbance at ${label}`,
    `${part(steal)} of the time taken by a hypervisor, ${part(wait)} spent waiting for a CPU`,
  ];
}

function entries({ settings, machine, onnxruntime, tool, floor, cases }: MeasureReport): readonly Entry[] {
  const { threads, runs, seed, margin, metric } = settings;
  return [
    ['processor', `${machine.cpuModel}, ${formatNumberOf(machine.cpuCount, 'CPU')}, load ${machine.load.toFixed(2)}`],
    ['CPU features', onnxruntime.cpuFeatures.join(', ')],
    ['versions', `${tool.name} ${tool.version}, onnxruntime ${onnxruntime.version}`],
    [
      'method',
      `${formatNumberOf(runs, 'run')} in fresh sessions and random order, ${formatNumberOf(threads, 'thread')}, seed ${seed}`,
    ],
    ['decided by', `${METRIC_WORDS[metric]}, differences below ${formatPart(margin)} do not count`],
    [
      'cost of an empty call',
      `${formatQuantity(floor.latencyMs, 'milliseconds')}, CPU time ${formatQuantity(floor.cpuMs, 'milliseconds')}`,
    ],
    ...cases.map(disturbance),
  ];
}

/** Machine, settings and disturbance: what a reader needs to judge the figures. */
export const conditions: MeasureSection = {
  id: 'conditions',
  title: 'How it was measured',
  render: (report) => drawRecord(entries(report)),
};
