import { afterAll, describe, expect, it } from '@jest/globals';
import { seededRandom } from '@onnx-compress/core';
import fc from 'fast-check';
import { random } from '../src/index.js';
import { oracleError } from './oracle.js';
import { closeHost, exactly, randomFeeds, testContext } from './pruning-context.js';
import { randomNet } from './random-net.js';

afterAll(closeHost);

describe('pruning a random net', () => {
  it('leaves a sound model that equals the masked original', async () => {
    const numRuns = Number(process.env.PRUNING_RANDOM_NETS ?? 200);
    const numbers = fc.array(fc.nat(1000), { minLength: 4, maxLength: 40 });
    let prunedNets = 0;
    const ratio = fc.double({ min: 0.1, max: 0.9, noNaN: true });
    await fc.assert(
      fc.asyncProperty(numbers, ratio, fc.nat(), async (choices, removed, seed) => {
        const original = randomNet(choices);
        const model = original.clone();
        const transform = random.create(exactly(removed), { include: [], skip: [] });
        const context = { ...testContext(), random: (stream: string) => seededRandom(seed, stream) };
        const { changed } = await transform.run(model, context);
        expect(model.validate()).toEqual([]);
        if (changed.length > 0) prunedNets++;
        const error = await oracleError(original, model, changed, randomFeeds(original));
        expect(error).toBeLessThanOrEqual(1e-4);
      }),
      { numRuns },
    );
    expect(prunedNets).toBeGreaterThan(numRuns / 2);
  }, 600_000);
});
