import { present } from '@onnx-compress/graph';
import type { TimedBlock } from '../host/timing-contract.js';
import type { RatioEstimate, TimedComparison, TimedModel, TimingOptions } from './contract.js';
import { estimateRatio } from './estimate.js';
import { measureRuns } from './measure-runs.js';
import type { RunRecord } from './run.js';
import { cpuOf, latencyOf, runRatio } from './run-ratios.js';
import { timingSettings } from './settings.js';
import { timingOf } from './summary.js';

/**
 * Times two models against each other, in a child process. Each run opens fresh sessions in random order, since the
 * place of a model in memory is part of the noise, and alternates short blocks of both, so that both meet the same
 * machine. A run gives one ratio, and the runs an exact interval.
 *
 * @throws HostError when a model does not load or run
 * @throws UsageError for fewer than 6 runs
 * @throws CancelledError when the signal fires; the child process is ended at once
 * @example
 * const { cpu } = await compareModels({ location: { path: 'a.onnx' }, feeds }, { location: { path: 'b.onnx' }, feeds });
 * console.log(cpu.verdict, cpu.ratio, cpu.low, cpu.high);
 */
export async function compareModels(
  before: TimedModel,
  after: TimedModel,
  options: TimingOptions = {},
): Promise<TimedComparison> {
  const settings = timingSettings(options);
  const { runs, disturbance } = await measureRuns([before, after], settings);
  const pairs = runs.map(([first, second]) => [present(first, 'run'), present(second, 'run')] as const);
  const estimate = (metric: (block: TimedBlock) => number): RatioEstimate =>
    estimateRatio(
      pairs.map(([first, second]) => runRatio(first, second, metric)),
      settings.margin,
    );
  const timing = (side: 0 | 1) => timingOf(pairs.map((pair): RunRecord => pair[side]));
  return {
    before: timing(0),
    after: timing(1),
    cpu: estimate(cpuOf),
    latency: estimate(latencyOf),
    metric: settings.threads === 1 ? 'cpu' : 'latency',
    margin: settings.margin,
    disturbance,
  };
}

/**
 * Times a model against itself: what the machine's own noise looks like. Any verdict but `equivalent` and
 * `inconclusive` is false.
 *
 * @throws HostError, UsageError and CancelledError as `compareModels`
 */
export function selfCheck(model: TimedModel, options: TimingOptions = {}): Promise<TimedComparison> {
  return compareModels(model, model, options);
}
