import { basename } from 'node:path';
import { trackProgress } from '@onnx-compress/core';
import type { EnergySource } from '@onnx-compress/runtime';
import type { MeteredEnergy, MeteredRun } from './ai-power-meter/measurement.js';
import { writeAiPowerMeter } from './ai-power-meter/write-ai-power-meter.js';
import type { Bench } from './bench.js';
import { type MeteredBlock, runMetered } from './metered-block.js';
import type { PlannedCase, PlannedCases } from './plan-cases.js';
import type { Subject } from './subject.js';

function energyOf({ energy }: MeteredBlock, source: EnergySource | undefined): MeteredEnergy | undefined {
  if (source === undefined || energy === undefined || 'refused' in energy) return undefined;
  return { ...energy, source: source.name, kind: source.kind, scope: source.scope };
}

async function meteredRuns(
  { path }: Subject,
  { label, feeds }: PlannedCase,
  place: { readonly index: number; readonly count: number },
  { settings, energy, signal, emit }: Bench,
): Promise<readonly MeteredRun[]> {
  const { runs: count, threads } = settings;
  return trackProgress({ name: `meter ${label}`, ...place }, emit, async (onRun) => {
    const runs: MeteredRun[] = [];
    while (runs.length < count) {
      const block = await runMetered({ location: { path }, feeds }, energy?.source, { threads, signal });
      runs.push({ ...block, energy: energyOf(block, energy?.source) });
      onRun(runs.length, count);
    }
    return runs;
  });
}

/**
 * Runs a model a second long for each run and input size, and writes what AIPowerMeter would have recorded. CPU time
 * stands under the number of the process that computed.
 *
 * @throws UsageError where the folder cannot be written
 */
export async function writeMeterFiles(
  folder: string,
  subject: Subject,
  cases: PlannedCases,
  bench: Bench,
): Promise<void> {
  const inputs = [];
  for (const [index, planned] of cases.entries()) {
    const runs = await meteredRuns(subject, planned, { index, count: cases.length }, bench);
    inputs.push({ label: planned.label, runs });
  }
  await writeAiPowerMeter(folder, { description: basename(subject.path), inputs });
}
