import { seededRandom, throwIfAborted } from '@onnx-compress/core';
import { createHost } from '../host/host.js';
import type { BlockLength, TimingHost } from '../host/timing-contract.js';
import type { Disturbance, TimedModel } from './contract.js';
import { disturbanceOf, type UsageSpan } from './disturbance.js';
import { mirroredOrders } from './orders.js';
import { measureRun, type RunRecord } from './run.js';
import { LEAST_RUNS, type TimingSettings } from './settings.js';

/** A fresh process becomes faster by a fifth in its first 0.2 s, while V8 compiles; a fresh session by nothing. */
const FIRST_WARM_UP: BlockLength = { calls: 5, minimumMs: 300, maximumMs: 1000 };
const WARM_UP: BlockLength = { calls: 5, minimumMs: 50, maximumMs: 200 };

/** Everything that was timed: for each run, a record for each model. */
export interface MeasuredRuns {
  readonly runs: readonly (readonly RunRecord[])[];
  readonly disturbance: Disturbance;
}

/** Makes the runs, until their number or the time is reached, in a child process that lives no longer. */
export async function measureRuns(
  models: readonly TimedModel[],
  settings: TimingSettings,
  host: TimingHost = createHost('process'),
): Promise<MeasuredRuns> {
  const { signal, runs: total, onRun } = settings;
  const random = seededRandom(settings.seed, 'measure');
  const deadline = performance.now() + settings.maxSeconds * 1000;
  const runs: (readonly RunRecord[])[] = [];
  const spans: UsageSpan[] = [];
  try {
    for (const opening of mirroredOrders([...models.keys()], total, random)) {
      if (runs.length >= LEAST_RUNS && performance.now() > deadline) break;
      if (signal) throwIfAborted(signal);
      const warmUp = runs.length === 0 ? FIRST_WARM_UP : WARM_UP;
      const start = await host.usage(signal);
      runs.push(await measureRun(host, models, { ...settings, opening, warmUp }, random));
      spans.push({ start, end: await host.usage(signal) });
      onRun(runs.length, total);
    }
  } finally {
    await host.close();
  }
  return { runs, disturbance: disturbanceOf(spans) };
}
