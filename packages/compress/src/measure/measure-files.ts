import { Diagnostics } from '../pipeline/diagnostics.js';
import { withEngine } from '../pipeline/with-engine.js';
import { requireMeterFolder } from './ai-power-meter/write-ai-power-meter.js';
import type { Settings } from './bench.js';
import { casesFor } from './cases.js';
import { openEnergy } from './energy-source.js';
import { findingsOf } from './findings.js';
import { INSTRUMENTS, type Instruments } from './instruments.js';
import type { MeasureReport } from './measure-report.js';
import { speedupNeedsReference } from './messages.js';
import { writeMeterFiles } from './meter-files.js';
import type { MeasureOptions } from './options.js';
import { reportOn } from './report.js';
import { withSubjects } from './subject.js';

function settingsOf({ runs = 10, threads = 1, seed = 0, margin = 0.02, ...rest }: MeasureOptions): Settings {
  const { blockMs, maxSeconds, memory = true } = rest;
  return { runs, blockMs, threads, seed, margin, maxSeconds, memory };
}

/** As `measureFiles`, with instruments of the caller's choice. */
export function measureWith(instruments: Instruments, path: string, options: MeasureOptions): Promise<MeasureReport> {
  const { against, aiPowerMeter, budgets = {}, selfCheck = false, profile = false, onEvent: emit = () => {} } = options;
  const diagnostics = new Diagnostics(emit);
  const settings = settingsOf(options);
  const { threads } = settings;
  return withEngine({ threads, signal: options.signal, onWarning: diagnostics.warn }, async (engine, signal) => {
    if (budgets.minSpeedup !== undefined && against === undefined) throw speedupNeedsReference();
    if (aiPowerMeter !== undefined) await requireMeterFolder(aiPowerMeter);
    const energy = await openEnergy(options.energy ?? {});
    const bench = { instruments, settings, engine, energy, diagnostics, signal, emit };
    emit({ type: 'phase', phase: 'read' });
    return withSubjects(path, against, async (subject, reference) => {
      const cases = await casesFor(subject, reference, options, bench);
      if (energy?.lack !== undefined) diagnostics.warn(energy.lack);
      emit({ type: 'phase', phase: 'measure' });
      const findings = await findingsOf(subject, reference, cases, { selfCheck, profile }, bench);
      if (aiPowerMeter !== undefined) await writeMeterFiles(aiPowerMeter, subject, cases, bench);
      return reportOn(subject, reference, findings, budgets, bench);
    });
  });
}

/**
 * Measures a model in onnxruntime: latency, CPU time, memory, energy; and where a reference is given, whether the
 * model is faster than it. Both run in alternating pairs of fresh sessions, in processes of their own, on the same
 * inputs. `docs/measuring.md` tells how, and what the figures do not tell.
 *
 * @throws UsageError for sizes, limits and inputs that do not fit the models, and for a folder that cannot be made
 * @throws ModelError for a model that cannot be read or run
 * @throws CancelledError when the signal fires
 * @example
 * const { verdict, speedup, interval } = await measureFiles('small.onnx', { against: 'model.onnx' });
 */
export function measureFiles(path: string, options: MeasureOptions = {}): Promise<MeasureReport> {
  return measureWith(INSTRUMENTS, path, options);
}
