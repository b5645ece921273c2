import type { EnergyResult, EnergySource, TimedModel } from '@onnx-compress/runtime';
import type { EnergyRecord } from './measure-report.js';
import { type MeterRun, runMetered } from './metered-block.js';

/** Energy of one inference, or why there is no figure for it. */
export type EnergyFinding = EnergyRecord | { readonly refused: string };

function forOne(source: EnergySource, result: EnergyResult, inferences: number): EnergyFinding {
  if ('refused' in result) return result;
  const { name, kind, scope } = source;
  const { joules, low, high } = result;
  return { source: name, kind, scope, joules: joules / inferences, low: low / inferences, high: high / inferences };
}

/** Calculated from the CPU time of one inference; nothing is run for it. */
async function estimated(source: EnergySource, cpuMs: number): Promise<EnergyFinding> {
  const meter = await source.start();
  return forOne(source, await meter.stop(cpuMs / 1000), 1);
}

/** Read from a counter, while the model runs without a pause. */
async function metered(source: EnergySource, model: TimedModel, run: MeterRun): Promise<EnergyFinding> {
  const { energy = { refused: 'there is no meter' }, latencies } = await runMetered(model, source, run);
  return forOne(source, energy, latencies.length);
}

/**
 * Energy of one inference.
 *
 * @param cpuMs CPU time of one inference as it was measured, for estimates
 */
export function energyOf(
  source: EnergySource,
  model: TimedModel,
  cpuMs: number,
  run: MeterRun,
): Promise<EnergyFinding> {
  return source.kind === 'measured' ? metered(source, model, run) : estimated(source, cpuMs);
}
