import { nearestName, parseNumber } from '@onnx-compress/core';
import { intensitiesNotInstalled, negativeIntensity, unknownCountry } from '../messages.js';
import { type Intensities, loadIntensities } from './intensities.js';

/** The electricity that work is paid with. */
export interface Grid {
  /** For people: `FRA, 44.18 g/kWh`. */
  readonly name: string;
  /** Grams of CO2 equivalent for a kilowatt-hour. */
  readonly gramsPerKilowattHour: number;
}

/**
 * Reads what the user says of the grid: grams of CO2 equivalent for a kilowatt-hour, or a country, whose yearly mean the
 * optional package `@tgwf/co2` knows.
 *
 * @param value `44`, `FRA`, `WORLD`
 * @param load stands in for the package in tests
 * @throws UsageError where the number is negative, the country unknown, or the package not installed
 * @example await resolveGrid('FRA'); // { name: 'FRA, 44.18 g/kWh', gramsPerKilowattHour: 44.18 }
 */
export async function resolveGrid(value: string, load: () => Promise<Intensities> = loadIntensities): Promise<Grid> {
  const grams = parseNumber(value.trim());
  if (grams !== undefined) return gridOf(grams, value);
  const country = value.trim().toUpperCase();
  const intensities = await load().catch((cause: unknown) => {
    throw intensitiesNotInstalled(country, cause);
  });
  const known = intensities.get(country);
  if (known === undefined) throw unknownCountry(value, similarNames(country, [...intensities.keys()]));
  return { name: `${country}, ${known} g/kWh`, gramsPerKilowattHour: known };
}

function gridOf(grams: number, value: string): Grid {
  if (grams < 0) throw negativeIntensity(value);
  return { name: `${grams} g/kWh`, gramsPerKilowattHour: grams };
}

/** Names that begin alike, for a two-letter code or a country's name; else the nearest spelling. */
function similarNames(country: string, names: readonly string[]): readonly string[] {
  const begin = country.slice(0, 2);
  const alike = begin.length < 2 ? [] : names.filter((name) => name.startsWith(begin)).slice(0, 5);
  const nearest = nearestName(country, names);
  return [...new Set(nearest === undefined ? alike : [nearest, ...alike])];
}
