import { cpus, loadavg } from 'node:os';
import type { MeasureReport } from './measure-report.js';

/** The machine at hand, as a report describes it; load is the average of the last minute. */
export function machine(): MeasureReport['machine'] {
  const [first, ...others] = cpus();
  const [load = 0] = loadavg();
  return { cpuModel: first?.model.trim() ?? 'unknown', cpuCount: first === undefined ? 0 : others.length + 1, load };
}
