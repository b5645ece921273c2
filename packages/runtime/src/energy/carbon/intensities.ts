/** Grams of CO2 equivalent for a kilowatt-hour, by three-letter country code or name of a region. */
export type Intensities = ReadonlyMap<string, number>;

/**
 * Yearly means of Ember, as `@tgwf/co2` ships them.
 *
 * @throws where that optional package is not installed
 */
export async function loadIntensities(): Promise<Intensities> {
  const { averageIntensity } = await import('@tgwf/co2/data');
  const data = isRecord(averageIntensity) ? averageIntensity.data : undefined;
  const figures = new Map<string, number>();
  for (const [name, grams] of Object.entries(isRecord(data) ? data : {})) {
    if (typeof grams === 'number' && grams > 0) figures.set(name, grams);
  }
  return figures;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;
