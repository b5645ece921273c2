import type { BytesTensor, HostTensor } from '../host/contract.js';
import type { HostFeeds } from '../inputs/input-spec.js';
import { type AgreementCount, addAgreement, classCount } from './class-agreement.js';
import { addValues, cosineOf, type ErrorSums, emptySums, relativeErrorOf, snrDbOf } from './error-sums.js';
import { outputValues } from './output-values.js';
import type { OutputLikeness } from './verification.js';

/** Compares one output of two models, sample by sample; keeps sums, not outputs. */
export class OutputComparison {
  readonly #sums: ErrorSums = emptySums();
  readonly #agreement: AgreementCount = { same: 0, total: 0 };
  /** The first sample in which both had different shapes. */
  #mismatch: { readonly reference: readonly number[]; readonly candidate: readonly number[] } | undefined;
  #floats = false;
  #half = false;

  constructor(readonly name: string) {}

  add(reference: HostTensor, candidate: HostTensor, feeds: HostFeeds): void {
    if (reference.dims.join() !== candidate.dims.join()) {
      this.#mismatch ??= { reference: reference.dims, candidate: candidate.dims };
    }
    if (reference.dataType === 'string' || candidate.dataType === 'string') {
      this.#addStrings(reference, candidate);
    } else {
      this.#addNumbers(reference, candidate, feeds);
    }
  }

  /** Strings count 1 where they are equal, so that the cosine is the root of the part of equal strings. */
  #addStrings(reference: HostTensor, candidate: HostTensor): void {
    const expected = 'strings' in reference ? reference.strings : [];
    const actual = 'strings' in candidate ? candidate.strings : [];
    const equal = expected.map((text, index) => Number(text === actual[index]));
    addValues(this.#sums, new Float64Array(expected.length).fill(1), Float64Array.from(equal));
  }

  #addNumbers(reference: BytesTensor, candidate: BytesTensor, feeds: HostFeeds): void {
    const expected = outputValues(reference);
    const actual = outputValues(candidate);
    this.#floats ||= reference.dataType.startsWith('float');
    this.#half ||= reference.dataType === 'float16';
    addValues(this.#sums, expected, actual);
    const classes = classCount(reference.dataType, reference.dims, feeds);
    if (classes !== undefined) addAgreement(this.#agreement, expected, actual, classes);
  }

  get shapeMismatch(): { readonly reference: readonly number[]; readonly candidate: readonly number[] } | undefined {
    return this.#mismatch;
  }

  /** Values that the candidate lost to infinity or NaN. */
  get lostFinite(): number {
    return this.#sums.lostFinite;
  }

  /** Root mean square error relative to the root mean square of the reference. */
  get relativeError(): number {
    return relativeErrorOf(this.#sums);
  }

  /** True where the outputs are unlike, but only because both are zero up to rounding. */
  get isNoise(): boolean {
    return this.relativeError === 0 && this.lostFinite === 0 && cosineOf(this.#sums) < 0.99;
  }

  /** `half` for float16 outputs, `exact` for integers, bools and strings, `single` for wider floats. */
  get precision(): 'single' | 'half' | 'exact' {
    if (!this.#floats) return 'exact';
    return this.#half ? 'half' : 'single';
  }

  likeness(): OutputLikeness {
    const { same, total } = this.#agreement;
    return {
      name: this.name,
      cosine: this.lostFinite > 0 ? 0 : cosineOf(this.#sums),
      snrDb: this.lostFinite > 0 ? -200 : snrDbOf(this.#sums),
      maxAbsError: this.#sums.maxAbsError,
      ...(total > 0 ? { agreement: same / total } : {}),
    };
  }
}
