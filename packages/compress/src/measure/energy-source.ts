import type { Diagnostic } from '@onnx-compress/core';
import { carbonOf, chooseEnergySource, type EnergySource, type Grid, resolveGrid } from '@onnx-compress/runtime';
import type { EnergyRecord } from './measure-report.js';
import { gridNamedTwice, noEnergyCounter } from './messages.js';
import type { MeasureEnergyOptions } from './options.js';

/** Where the figures of energy come from, and what they are worth in carbon dioxide. */
export interface Energy {
  readonly source: EnergySource;
  readonly withCarbon: (energy: EnergyRecord) => EnergyRecord;
  /** That the figures are estimates for want of a counter, where one was looked for. */
  readonly lack?: Diagnostic;
}

/** The grid that was named, if any. @throws UsageError where it is named twice or not known */
async function gridOf(country: string | undefined, intensity: number | undefined): Promise<Grid | undefined> {
  if (country !== undefined && intensity !== undefined) throw gridNamedTwice();
  const name = intensity === undefined ? country : String(intensity);
  return name === undefined ? undefined : resolveGrid(name);
}

/**
 * Finds what measures energy here.
 *
 * @returns undefined where no energy was asked for
 * @throws UsageError for a source that was asked for by name and is not there
 */
export async function openEnergy({
  gridIntensity,
  country,
  source: wanted = 'auto',
  ...options
}: MeasureEnergyOptions): Promise<Energy | undefined> {
  if (wanted === 'none') return undefined;
  const { source, probes } = await chooseEnergySource({ ...options, source: wanted });
  if (source === undefined) return undefined;
  const grid = await gridOf(country, gridIntensity);
  return {
    source,
    withCarbon: (energy) => (grid === undefined ? energy : { ...energy, carbon: carbonOf(energy, grid) }),
    ...(wanted === 'auto' && source.kind === 'estimated'
      ? { lack: noEnergyCounter(probes.find(({ usable }) => !usable)) }
      : {}),
  };
}
