import { present } from '@onnx-compress/graph';
import type { Disturbance, TimedModel, Timing, TimingOptions } from './contract.js';
import { measureRuns } from './measure-runs.js';
import { timingSettings } from './settings.js';
import { timingOf } from './summary.js';

/** A model that was timed alone. */
export interface TimedAlone extends Timing {
  readonly disturbance: Disturbance;
}

/**
 * Times one model in a child process, with a fresh session for each run.
 *
 * @throws HostError when the model does not load or run
 * @throws UsageError for fewer than 6 runs
 * @throws CancelledError when the signal fires; the child process is ended at once
 */
export async function timeModel(model: TimedModel, options: TimingOptions = {}): Promise<TimedAlone> {
  const { runs, disturbance } = await measureRuns([model], timingSettings(options));
  return { ...timingOf(runs.map(([record]) => present(record, 'run'))), disturbance };
}
