import { afterAll, describe, expect, it } from '@jest/globals';
import { type Calibration, type Change, seededRandom } from '@onnx-compress/core';
import type { Model } from '@onnx-compress/graph';
import { randomFloats } from '@onnx-compress/test-kit';
import { closeHost } from '@onnx-compress/test-kit/runtime';
import fc from 'fast-check';
import { random } from '../src/index.js';
import { oracleError } from './oracle.js';
import { exactly, optionsWith, randomFeeds, testContext } from './pruning-context.js';
import { randomNet } from './random-net.js';
import { roundingNoise } from './rounding-noise.js';

afterAll(closeHost);

const runs = Number(process.env.PRUNING_RANDOM_NETS ?? (process.env.CI ? 2000 : 200));
/** Nets whose means are measured take longer. */
const fewer = Math.ceil(runs / 8);
const seed = Number(process.env.PRUNING_RANDOM_SEED ?? Date.now() % 2 ** 31);

/** Samples from which means of channels are measured. */
const samples: Calibration = {
  count: 2,
  samples: async function* () {
    for (const seed of [1, 2]) yield new Map([['x', randomFloats([2, 3, 6, 6], seed)]]);
  },
};

/**
 * Expects the pruned model to compute what the masked original does, to rounding; true where the original magnifies
 * rounding so much that more than one part in ten thousand is lost.
 */
async function magnifiesRounding(original: Model, model: Model, changed: readonly Change[]): Promise<boolean> {
  const feeds = randomFeeds(original);
  const error = await oracleError(original, model, changed, feeds);
  if (error <= 1e-4) return false;
  expect(error).toBeLessThanOrEqual(10 * (await roundingNoise(original, changed, feeds)));
  return true;
}

describe('pruning a random net', () => {
  it(`leaves a sound model that equals the masked original: ${runs} nets of seed ${seed}`, async () => {
    const numbers = fc.array(fc.nat(1000), { minLength: 4, maxLength: 40, size: 'max' });
    const ratio = fc.double({ min: 0.1, max: 0.9, noNaN: true });
    let prunedNets = 0;
    let sensitiveNets = 0;
    await fc.assert(
      fc.asyncProperty(numbers, ratio, fc.nat(), async (choices, removed, stream) => {
        const original = randomNet(choices);
        const model = original.clone();
        const transform = random.create(exactly(removed), { include: [], skip: [] });
        const context = { ...testContext(), random: (name: string) => seededRandom(stream, name) };
        const { changed } = await transform.run(model, context);
        expect(model.validate()).toEqual([]);
        if (changed.length === 0) return;
        prunedNets++;
        if (await magnifiesRounding(original, model, changed)) sensitiveNets++;
      }),
      { numRuns: runs, seed },
    );
    expect(prunedNets).toBeGreaterThan(runs / 2);
    expect(sensitiveNets).toBeLessThanOrEqual(Math.max(1, runs / 100));
  }, 600_000);

  it(`equals the original with constants in place of channels: ${fewer} nets of seed ${seed}`, async () => {
    const numbers = fc.array(fc.nat(1000), { minLength: 4, maxLength: 60, size: 'max' });
    const ratio = fc.double({ min: 0.1, max: 0.9, noNaN: true });
    let withConstants = 0;
    let sensitiveNets = 0;
    await fc.assert(
      fc.asyncProperty(numbers, ratio, fc.boolean(), async (choices, removed, measured) => {
        const original = randomNet(choices);
        const model = original.clone();
        const transform = random.create(optionsWith({ ratio: removed, round: 1, recover: 'off' }), {
          include: [],
          skip: [],
        });
        const context = { ...testContext(), ...(measured && { calibration: samples }) };
        const { changed } = await transform.run(model, context);
        expect(model.validate()).toEqual([]);
        if (changed.length === 0) return;
        if (changed.some(({ constants }) => constants !== undefined)) withConstants++;
        if (await magnifiesRounding(original, model, changed)) sensitiveNets++;
      }),
      { numRuns: fewer, seed },
    );
    expect(withConstants).toBeGreaterThan(fewer / 5);
    expect(sensitiveNets).toBeLessThanOrEqual(Math.max(1, runs / 100));
  }, 600_000);
});
