import { afterAll, describe, expect, it } from '@jest/globals';
import { float32Tensor, readFloats, type Tensor } from '@onnx-compress/graph';
import { randomFloats } from '@onnx-compress/test-kit';
import { closeHost } from '@onnx-compress/test-kit/runtime';
import fc from 'fast-check';
import { nonZeroParts } from '../src/criteria/apoz.js';
import { consumedDeviations } from '../src/criteria/consumer.js';
import type { Criterion } from '../src/criteria/criterion.js';
import { activationEntropies } from '../src/criteria/entropy.js';
import { inboundVariances } from '../src/criteria/inbound.js';
import { lassoStrengths } from '../src/criteria/lasso.js';
import { meanActivations } from '../src/criteria/mean-activation.js';
import { lossesAlone } from '../src/criteria/obd.js';
import { eliminationCosts } from '../src/criteria/obs.js';
import { filterVariances } from '../src/criteria/reduce-and-reuse.js';
import { greedyCosts } from '../src/criteria/thinet.js';
import { activationVariances } from '../src/criteria/variance.js';
import { weightedInputs } from '../src/criteria/wanda.js';
import { permutedNet } from './permuted-net.js';
import { firstScores, singleInput } from './sampled.js';

afterAll(closeHost);

const CHANNELS = 6;
const identity = [...Array(CHANNELS).keys()];

const CRITERIA: readonly (readonly [string, Criterion])[] = [
  ['apoz', nonZeroParts],
  ['mean-activation', meanActivations],
  ['variance', activationVariances],
  ['entropy', activationEntropies(4)],
  ['inbound', inboundVariances],
  ['consumer', consumedDeviations],
  ['wanda', weightedInputs],
  ['obs', eliminationCosts(0.2)],
  ['obd', lossesAlone],
  ['lasso', lassoStrengths],
  ['thinet', greedyCosts],
  ['reduce-and-reuse', filterVariances],
];

const images = (seed: number, count = 4): readonly Tensor[] =>
  Array.from({ length: count }, (_, index) => randomFloats([1, 3, 5, 5], seed + index));

const sameAs = (scores: readonly number[]) =>
  scores.map((score) => expect.closeTo(score, 4 - Math.ceil(Math.log10(1 + Math.abs(score)))));

/** All samples as the items of one. */
async function batched(tensors: readonly Tensor[]): Promise<Tensor> {
  const rows = await Promise.all(tensors.map((tensor) => readFloats(tensor)));
  return float32Tensor(
    [tensors.length, 3, 5, 5],
    rows.flatMap((row) => [...row]),
  );
}

describe.each(CRITERIA)('%s', (_, criterion) => {
  it('moves with the channels', async () => {
    const order = fc.shuffledSubarray(identity, { minLength: CHANNELS });
    await fc.assert(
      fc.asyncProperty(order, fc.nat(1000), async (places, seed) => {
        const samples = singleInput(images(seed));
        const scores = await firstScores(criterion, await permutedNet(seed, identity), samples);
        const moved = await firstScores(criterion, await permutedNet(seed, places), samples);
        expect(moved).toEqual(sameAs(places.map((place) => scores[place] ?? Number.NaN)));
      }),
      { numRuns: 8 },
    );
  });

  it('depends neither on the order of the samples nor on how they are batched', async () => {
    const [model, tensors] = [await permutedNet(3, identity), images(17, 5)];
    const scores = await firstScores(criterion, model, singleInput(tensors));
    expect(await firstScores(criterion, model, singleInput([...tensors].reverse()))).toEqual(sameAs(scores));
    expect(await firstScores(criterion, model, singleInput([await batched(tensors)]))).toEqual(sameAs(scores));
    const parts = [await batched(tensors.slice(0, 2)), await batched(tensors.slice(2))];
    expect(await firstScores(criterion, model, singleInput(parts))).toEqual(sameAs(scores));
  });
});
