/** How the energy of a matrix, the sum of its squares, is spread over its singular values. */
export interface Spectrum {
  /** Squared singular values, falling: the largest ones, or all. */
  readonly values: Float64Array;
  /** Sum of all of them, also of those that are not listed. */
  readonly total: number;
}

/** The spectrum of matrices that are cut to the same rank: position after position, their energies add up. */
export function mergedSpectrum(spectra: readonly Spectrum[]): Spectrum {
  const length = Math.min(...spectra.map(({ values }) => values.length));
  const values = new Float64Array(Number.isFinite(length) ? length : 0);
  let total = 0;
  for (const spectrum of spectra) {
    total += spectrum.total;
    for (const index of values.keys()) values[index] = (values[index] ?? 0) + (spectrum.values[index] ?? 0);
  }
  return { values, total };
}

/**
 * The part of the energy that is lost at each rank, from rank 0 to as many as there are values. Sums begin at the
 * smallest value, so that small losses are exact; a matrix of zeros loses nothing.
 */
export function lostParts({ values, total }: Spectrum): Float64Array {
  const listed = values.reduce((sum, value) => sum + Math.max(0, value), 0);
  const lost = new Float64Array(values.length + 1);
  let tail = Math.max(0, total - listed);
  const all = tail + listed;
  for (let rank = values.length; rank >= 0; rank--) {
    lost[rank] = all === 0 ? 0 : Math.min(1, tail / all);
    tail += Math.max(0, values[rank - 1] ?? 0);
  }
  return lost;
}
