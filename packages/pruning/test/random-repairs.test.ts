import { afterAll, describe, expect, it } from '@jest/globals';
import type { Calibration } from '@onnx-compress/core';
import { readFloats } from '@onnx-compress/graph';
import { randomFloats, runModel } from '@onnx-compress/test-kit';
import { closeHost } from '@onnx-compress/test-kit/runtime';
import fc from 'fast-check';
import { random } from '../src/criteria/random.js';
import { optionsWith, randomFeeds, testContext } from './pruning-context.js';
import { randomNet } from './random-net.js';

afterAll(closeHost);

const seed = Number(process.env.PRUNING_RANDOM_SEED ?? Date.now() % 2 ** 31);

const samples: Calibration = {
  count: 6,
  async *samples() {
    for (let own = 1; own <= 6; own++) yield new Map([['x', randomFloats([2, 3, 6, 6], own)]]);
  },
};

describe('repairing a pruned random net', () => {
  it(`leaves a sound model whose layers are no further from the original: 25 nets of seed ${seed}`, async () => {
    const numbers = fc.array(fc.nat(1000), { minLength: 4, maxLength: 60, size: 'max' });
    const ratio = fc.double({ min: 0.1, max: 0.7, noNaN: true });
    const recover = fc.constantFrom('least-squares' as const, 'mean' as const);
    let repaired = 0;
    await fc.assert(
      fc.asyncProperty(numbers, ratio, recover, async (choices, removed, method) => {
        const model = randomNet(choices);
        const options = optionsWith({ ratio: removed, round: 1, recover: method });
        const context = { ...testContext(), calibration: samples };
        const { repairs = [] } = await random.create(options, { include: [], skip: [] }).run(model, context);
        expect(model.validate()).toEqual([]);
        for (const output of (await runModel(model, randomFeeds(model))).values()) {
          expect((await readFloats(output)).every(Number.isFinite)).toBe(true);
        }
        for (const { errorBefore = 0, errorAfter = 0, method: used } of repairs) {
          if (used === 'least-squares') expect(errorAfter).toBeLessThanOrEqual(errorBefore);
        }
        if (repairs.some(({ method: used, reason }) => used !== undefined && reason === undefined)) repaired++;
      }),
      { numRuns: 25, seed },
    );
    expect(repaired).toBeGreaterThan(5);
  }, 600_000);
});
