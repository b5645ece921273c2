import { disagreesWithItself, notExact, notFinite, otherShape } from './messages.js';
import type { OutputComparison } from './output-comparison.js';
import { levelTolerance, roundingTolerance } from './tolerance.js';
import type { Fidelity, OutputLikeness, Verification } from './verification.js';

/** How much each output of the original differs between optimization levels, by name. */
export type OwnDifferences = ReadonlyMap<string, number>;

/** Reasons why outputs of the candidate, compared with the original's, make it unsound. */
export function unsoundOutputs(
  outputs: readonly OutputComparison[],
  own: OwnDifferences,
  { exact, sizesMayDiffer }: { readonly exact: boolean; readonly sizesMayDiffer: boolean },
): readonly string[] {
  return outputs.flatMap((output) => {
    const { name, shapeMismatch, lostFinite, relativeError } = output;
    if (shapeMismatch !== undefined && (!sizesMayDiffer || otherRank(shapeMismatch))) {
      return otherShape(name, shapeMismatch.reference, shapeMismatch.candidate);
    }
    if (lostFinite > 0) return notFinite(name, lostFinite);
    const tolerance = roundingTolerance(output, own.get(name) ?? 0);
    return exact && relativeError > tolerance ? notExact(name, relativeError, tolerance) : [];
  });
}

function otherRank({ reference, candidate }: { reference: readonly number[]; candidate: readonly number[] }): boolean {
  return reference.length !== candidate.length;
}

/**
 * Reasons why the candidate's outputs at two optimization levels do not agree.
 *
 * @param errors how much each output of a quantized candidate differs from the original's, by name; undefined for others
 */
export function selfDisagreements(
  outputs: readonly OutputComparison[],
  own: OwnDifferences,
  errors: ReadonlyMap<string, number> | undefined,
): readonly string[] {
  return outputs.flatMap((output) => {
    const { name, relativeError, lostFinite } = output;
    const tolerance = levelTolerance(output, own.get(name) ?? 0, errors && (errors.get(name) ?? 0));
    if (tolerance === undefined) return [];
    const error = lostFinite > 0 ? Number.POSITIVE_INFINITY : relativeError;
    return error > tolerance ? disagreesWithItself(name, error, tolerance) : [];
  });
}

/** The likeness part of a verification: each output, and the worst of all. */
export function likenessOf(
  outputs: readonly OutputComparison[],
  own: OwnDifferences,
): Pick<Verification, 'fidelity' | 'outputs' | 'cosine' | 'snrDb' | 'agreement'> {
  const likeness = outputs.map((output) => output.likeness());
  const rounding = outputs.every((output) => isRounding(output, own));
  const cosine = likeness.length === 0 ? null : Math.min(...likeness.map((output) => output.cosine));
  const agreements = likeness.flatMap(({ agreement }) => agreement ?? []);
  return {
    fidelity: rounding && likeness.length > 0 ? 'exact' : fidelityOf(cosine),
    outputs: likeness,
    cosine,
    snrDb: worstSnr(likeness),
    ...(agreements.length > 0 ? { agreement: Math.min(...agreements) } : {}),
  };
}

/** Outputs that are zero up to rounding on these inputs, and unlike, prove no likeness. */
function isRounding(output: OutputComparison, own: OwnDifferences): boolean {
  const { lostFinite, shapeMismatch, relativeError, isNoise, name } = output;
  const same = lostFinite === 0 && shapeMismatch === undefined && !isNoise;
  return same && relativeError <= roundingTolerance(output, own.get(name) ?? 0);
}

function fidelityOf(cosine: number | null): Fidelity {
  if (cosine === null || cosine < 0.9) return 'low';
  return cosine < 0.99 ? 'medium' : 'high';
}

function worstSnr(outputs: readonly OutputLikeness[]): number | null {
  const ratios = outputs.flatMap(({ snrDb }) => snrDb ?? []);
  return ratios.length === 0 ? null : Math.min(...ratios);
}
