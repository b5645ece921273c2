/** Sums over pairs of values, from which all measures of likeness follow; they add up over samples. */
export interface ErrorSums {
  /** Sum of reference * candidate. */
  product: number;
  /** Sum of reference². */
  reference: number;
  /** Sum of candidate². */
  candidate: number;
  /** Sum of (reference - candidate)². */
  error: number;
  maxAbsError: number;
  /** Values that are not finite in the candidate although they are in the reference. */
  lostFinite: number;
}

/** Sums over no values. */
export function emptySums(): ErrorSums {
  return { product: 0, reference: 0, candidate: 0, error: 0, maxAbsError: 0, lostFinite: 0 };
}

type Values = Float32Array | Float64Array;

/**
 * Adds pairs of values. Where the reference is not finite nothing is compared; where only the candidate is not, the
 * value is counted as lost. A value that one of both does not have counts as 0.
 */
export function addValues(sums: ErrorSums, reference: Values, candidate: Values): void {
  const length = Math.max(reference.length, candidate.length);
  let { product, reference: referenceSum, candidate: candidateSum, error, maxAbsError, lostFinite } = sums;
  for (let i = 0; i < length; i++) {
    const a = i < reference.length ? (reference[i] ?? 0) : 0;
    const b = i < candidate.length ? (candidate[i] ?? 0) : 0;
    if (!Number.isFinite(a)) continue;
    if (!Number.isFinite(b)) {
      lostFinite++;
      continue;
    }
    const difference = Math.abs(a - b);
    product += a * b;
    referenceSum += a * a;
    candidateSum += b * b;
    error += difference * difference;
    if (difference > maxAbsError) maxAbsError = difference;
  }
  Object.assign(sums, { product, reference: referenceSum, candidate: candidateSum, error, maxAbsError, lostFinite });
}

/** Cosine of the angle; 1 where nothing differs, zeros included, and 0 where only one of both is zero. */
export function cosineOf({ product, reference, candidate, maxAbsError }: ErrorSums): number {
  if (maxAbsError === 0) return 1;
  if (reference === 0 || candidate === 0) return 0;
  const cosine = product / (Math.sqrt(reference) * Math.sqrt(candidate));
  return Math.min(1, Math.max(-1, cosine));
}

const SNR_LIMIT = 200;

/** Signal-to-noise ratio in dB, between -200 and 200; null where nothing differs. */
export function snrDbOf({ reference, error, maxAbsError }: ErrorSums): number | null {
  if (maxAbsError === 0) return null;
  if (reference === 0) return -SNR_LIMIT;
  return Math.min(SNR_LIMIT, Math.max(-SNR_LIMIT, 10 * Math.log10(reference / error)));
}

/** Four units in the last place of float32 numbers around 1: what a sigmoid near 0 may be off by, 1 - (1 - x). */
const ROUNDING_NOISE = 2 ** -21;

/**
 * Size of the error relative to the reference: root mean square over root mean square. Errors within rounding noise in
 * every element are none, so that outputs that are zero up to rounding do not look entirely wrong.
 */
export function relativeErrorOf({ reference, error, maxAbsError }: ErrorSums): number {
  if (maxAbsError < ROUNDING_NOISE) return 0;
  return reference === 0 ? Number.POSITIVE_INFINITY : Math.sqrt(error / reference);
}
