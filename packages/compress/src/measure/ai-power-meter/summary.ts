import { median } from '@onnx-compress/math';
import type { MeteredInput, MeteredRun } from './measurement.js';

type Column = readonly [name: string, value: (run: MeteredRun) => number | undefined];

const perInference = (run: MeteredRun, joules: number | undefined) =>
  joules === undefined ? undefined : joules / run.latencies.length;

const measuredBy = (run: MeteredRun, source: string) => (run.energy?.source === source ? run.energy : undefined);

/** AIPowerMeter's columns in its order; what it attributes to one process of a device is not measured here. */
const THEIRS: readonly Column[] = [
  ['intel_power', (run) => perInference(run, measuredBy(run, 'rapl')?.joules)],
  ['total_cpu_power', (run) => perInference(run, measuredBy(run, 'rapl')?.domains.core)],
  ['mem_use_abs', () => undefined],
  ['nvidia_draw_absolute', (run) => perInference(run, measuredBy(run, 'nvidia')?.joules)],
  ['nvidia_estimated_attributable_power_draw', () => undefined],
  ['per_gpu_attributable_mem_use', () => undefined],
  ['sm', () => undefined],
  ['latency', ({ latencies }) => median(latencies) / 1000],
];

const OURS: readonly Column[] = [
  ['estimated_cpu_power', (run) => perInference(run, measuredBy(run, 'estimate')?.joules)],
  ['energy_low', (run) => perInference(run, run.energy?.low)],
  ['energy_high', (run) => perInference(run, run.energy?.high)],
  ['cpu_time', (run) => run.cpuSeconds / run.latencies.length],
  ['inferences', ({ latencies }) => latencies.length],
];

/**
 * `summary.csv`: one row for each input size, the median of its runs for one inference, in joules and seconds; empty
 * where nothing was measured.
 */
export function summary(inputs: readonly (readonly [folder: string, input: MeteredInput])[]): string {
  const columns = [...THEIRS, ...OURS];
  const rows = inputs.map(([folder, { runs }]) => [
    folder.slice(folder.indexOf('_') + 1),
    ...columns.map(([, value]) => cell(runs.map(value))),
  ]);
  return [['', ...columns.map(([name]) => name)], ...rows].map((cells) => `${cells.join(',')}\n`).join('');
}

function cell(values: readonly (number | undefined)[]): string {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? '' : String(median(known));
}
