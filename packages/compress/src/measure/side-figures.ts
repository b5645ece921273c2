import type { Diagnostic } from '@onnx-compress/core';
import type { MemoryUse, TimedModel, Timing } from '@onnx-compress/runtime';
import type { Bench } from './bench.js';
import { energyOf } from './energy.js';
import { figuresOf } from './figures.js';
import type { EnergyRecord, MeasuredFigures } from './measure-report.js';
import { energyUnknown, memoryUnknown } from './messages.js';

/** A figure that a measurement can do without: what fails is told and left out. */
export async function orWarning<T>(
  { signal, diagnostics }: Pick<Bench, 'signal' | 'diagnostics'>,
  text: (reason: string) => Diagnostic,
  work: () => Promise<T>,
): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (signal.aborted) throw error;
    diagnostics.warn(text(error instanceof Error ? error.message : String(error)));
    return null;
  }
}

async function memoryOf(path: string, model: TimedModel, bench: Bench): Promise<MemoryUse | null> {
  const { instruments, settings, signal } = bench;
  if (!settings.memory) return null;
  return orWarning(
    bench,
    (reason) => memoryUnknown(path, reason),
    () => instruments.memoryUse(model, { threads: settings.threads, signal }),
  );
}

async function energyRecord(
  path: string,
  model: TimedModel,
  timing: Timing,
  bench: Bench,
): Promise<EnergyRecord | null> {
  const { energy, settings, diagnostics, signal } = bench;
  if (energy === undefined) return null;
  const finding = await energyOf(energy.source, model, timing.cpuMs, { threads: settings.threads, signal });
  if (!('refused' in finding)) return energy.withCarbon(finding);
  diagnostics.warn(energyUnknown(path, finding.refused));
  return null;
}

/** Adds to the times of a model what is measured apart from them: memory and energy. */
export async function completed(
  path: string,
  model: TimedModel,
  timing: Timing,
  bench: Bench,
): Promise<MeasuredFigures> {
  return figuresOf(timing, await memoryOf(path, model, bench), await energyRecord(path, model, timing, bench));
}
