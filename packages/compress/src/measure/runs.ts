import type { TimedComparison, TimedRun } from '@onnx-compress/runtime';
import type { MeasuredRun, RunTimes } from './measure-report.js';

/** Most runs that a report keeps. */
const MOST_RUNS = 100;

const timesOf = ({ latencyMs, cpuMs }: TimedRun): RunTimes => ({ latencyMs, cpuMs });

/** The runs of one model by itself. */
export function runsAlone(runs: readonly TimedRun[]): readonly MeasuredRun[] {
  return runs.slice(0, MOST_RUNS).map((run) => ({ after: timesOf(run) }));
}

/** The runs of a comparison. */
export function comparedRuns({ before, after, cpu, latency }: TimedComparison): readonly MeasuredRun[] {
  return after.runs.slice(0, MOST_RUNS).map((run, index) => {
    const [reference, cpuRatio, latencyRatio] = [before.runs[index], cpu.ratios[index], latency.ratios[index]];
    return {
      ...(reference && { before: timesOf(reference) }),
      after: timesOf(run),
      ...(cpuRatio === undefined ? {} : { cpuRatio }),
      ...(latencyRatio === undefined ? {} : { latencyRatio }),
    };
  });
}
