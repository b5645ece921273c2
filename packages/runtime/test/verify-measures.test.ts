import { describe, expect, it } from '@jest/globals';
import { cosineSimilarity, signalToNoiseDb } from '@onnx-compress/math';
import { randomValues } from '@onnx-compress/test-kit';
import { addAgreement, classCount } from '../src/verify/class-agreement.js';
import { addValues, cosineOf, emptySums, relativeErrorOf, snrDbOf } from '../src/verify/error-sums.js';

function sumsOf(...pairs: readonly (readonly [readonly number[], readonly number[]])[]) {
  const sums = emptySums();
  for (const [reference, candidate] of pairs) {
    addValues(sums, Float32Array.from(reference), Float32Array.from(candidate));
  }
  return sums;
}

describe('sums over samples', () => {
  it('give the measures of all samples in one vector', () => {
    const reference = randomValues(300, 1);
    const candidate = reference.map((value, index) => value + (randomValues(300, 2)[index] ?? 0) / 10);
    const sums = emptySums();
    addValues(sums, reference.subarray(0, 100), candidate.subarray(0, 100));
    addValues(sums, reference.subarray(100), candidate.subarray(100));
    expect(cosineOf(sums)).toBeCloseTo(cosineSimilarity(reference, candidate), 10);
    expect(snrDbOf(sums)).toBeCloseTo(signalToNoiseDb(reference, candidate), 8);
    expect(relativeErrorOf(sums)).toBeCloseTo(10 ** (-signalToNoiseDb(reference, candidate) / 20), 8);
  });

  it.each([
    ['both zero', [0, 0], [0, 0], 1, null],
    ['only the reference zero', [0, 0], [0, 1], 0, -200],
    ['only the candidate zero', [3, 4], [0, 0], 0, 0],
    ['equal', [1, 2], [1, 2], 1, null],
    ['opposite', [1, 2], [-1, -2], -1, -6.0206],
    ['nothing', [], [], 1, null],
  ])('%s', (_name, reference, candidate, cosine, snrDb) => {
    const sums = sumsOf([reference, candidate]);
    expect(cosineOf(sums)).toBeCloseTo(cosine, 12);
    if (snrDb === null) expect(snrDbOf(sums)).toBeNull();
    else expect(snrDbOf(sums)).toBeCloseTo(snrDb, 3);
  });

  it('compare nothing where the reference is not finite, and count what only the candidate lost', () => {
    const sums = sumsOf([
      [Number.NaN, Number.POSITIVE_INFINITY, 1, 2],
      [5, Number.NaN, Number.NaN, 2],
    ]);
    expect(sums).toMatchObject({ lostFinite: 1, maxAbsError: 0, reference: 4 });
  });

  it('take a missing value for 0', () => {
    expect(sumsOf([[1, 2], [1]])).toMatchObject({ maxAbsError: 2, error: 4 });
    expect(sumsOf([[1], [1, 2]])).toMatchObject({ maxAbsError: 2, error: 4 });
  });

  it('do not call rounding near zero an error', () => {
    expect(
      relativeErrorOf(
        sumsOf([
          [1e-9, 0],
          [0, 1e-9],
        ]),
      ),
    ).toBe(0);
    expect(
      relativeErrorOf(
        sumsOf([
          [2 ** -23, 0],
          [0, 2 ** -24],
        ]),
      ),
    ).toBe(0);
    expect(
      relativeErrorOf(
        sumsOf([
          [2 ** -20, 0],
          [0, 2 ** -20],
        ]),
      ),
    ).toBeGreaterThan(1);
  });
});

describe('agreement of classes', () => {
  const image = new Map([['x', { dataType: 'float32', dims: [1, 3, 8, 8], bytes: new Uint8Array() } as const]]);

  it.each([
    [[1, 1000], 1000],
    [[1, 40, 6625], 6625],
    [[1, 1000, 1, 1], 1000],
    [[1, 3, 4, 4], undefined],
    [[1, 3, 8, 8], undefined],
    [[1, 1], undefined],
    [[7], undefined],
    [[], undefined],
  ])('an output of shape %j has %p classes', (dims, classes) => {
    expect(classCount('float32', dims, image)).toBe(classes);
  });

  it('needs floats, and another shape than any input', () => {
    expect(classCount('int64', [1, 10], image)).toBeUndefined();
    const state = new Map([['state', { dataType: 'float32', dims: [2, 1, 128], bytes: new Uint8Array() } as const]]);
    expect(classCount('float32', [2, 1, 128], state)).toBeUndefined();
  });

  it('counts rows with the same largest value, the first of equal ones, never NaN', () => {
    const count = { same: 0, total: 0 };
    const reference = Float32Array.of(1, 3, 2, /**/ 5, 5, 1, /**/ 0, 1, 2);
    const candidate = Float32Array.of(0, 9, 1, /**/ 2, 1, 1, /**/ Number.NaN, 4, 3);
    addAgreement(count, reference, candidate, 3);
    expect(count).toEqual({ same: 2, total: 3 });
  });
});
