import { localTime } from './local-time.js';
import type { MeteredInput, MeteredModel, MeteredRun } from './measurement.js';
import { emptyMeterRun, sameMeterLabel } from './messages.js';
import { powerMetrics } from './power-metrics.js';
import { summary } from './summary.js';

/** Contents of files by their path, parts joined by `/`. */
export type Files = ReadonlyMap<string, string>;

/**
 * The files of a measurement as AIPowerMeter's readers expect them: `input_<size>/run_<k>/` with three files, and
 * `summary.csv` beside the input sizes. They take every entry of an input's folder for a run, and what stands between
 * the first two underscores of its name for its label.
 *
 * @throws UsageError where two input sizes have the same label, or a run holds no inference
 */
export function layOut({ description, inputs }: MeteredModel): Files {
  const files = new Map<string, string>();
  const rows = new Map<string, MeteredInput>();
  for (const input of inputs) {
    const folder = `input_${input.label.replaceAll(/[^\w.+-]+|_/g, '-')}`;
    if (rows.has(folder)) throw sameMeterLabel(input.label);
    rows.set(folder, input);
    for (const [index, run] of input.runs.entries()) {
      if (run.latencies.length === 0 || !(run.seconds > 0)) throw emptyMeterRun(input.label);
      for (const [name, content] of runFiles(run, description))
        files.set(`${folder}/run_${index + 1}/${name}`, content);
    }
  }
  return files.set('summary.csv', summary([...rows]));
}

function runFiles(run: MeteredRun, description: string): readonly (readonly [string, string])[] {
  return [
    ['power_metrics.json', powerMetrics(run)],
    ['latency.csv', run.latencies.map((milliseconds) => `${inSeconds(milliseconds)}\n`).join('')],
    ['metadata.json', JSON.stringify({ description, date: localTime(run.startedAt.getTime()) })],
  ];
}

/** Without the noise that the division adds: nine digits hold the nanosecond in any inference below a second. */
const inSeconds = (milliseconds: number) => Number((milliseconds / 1000).toPrecision(9));
