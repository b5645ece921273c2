import type { EnergyReading } from '../contract.js';
import type { Grid } from './grid.js';

const JOULES_PER_KILOWATT_HOUR = 3.6e6;

const MILLION = 1e6;

/** Grams of CO2 equivalent for a million inferences. */
export interface Carbon {
  readonly grams: number;
  readonly low: number;
  readonly high: number;
  readonly grid: string;
}

/**
 * What a million inferences emit where their electricity comes from a grid: the operation only, neither the making of
 * the machine nor its cooling. The bounds are those of the energy; the grid's own intensity is taken as exact.
 *
 * @param energy joules of one inference, with their bounds
 * @example carbonOf({ joules: 0.038, low: 0.013, high: 0.19 }, await resolveGrid('WORLD')).grams; // 5.0
 */
export function carbonOf(energy: Pick<EnergyReading, 'joules' | 'low' | 'high'>, grid: Grid): Carbon {
  const gramsPerJoule = (grid.gramsPerKilowattHour / JOULES_PER_KILOWATT_HOUR) * MILLION;
  return {
    grams: energy.joules * gramsPerJoule,
    low: energy.low * gramsPerJoule,
    high: energy.high * gramsPerJoule,
    grid: grid.name,
  };
}
