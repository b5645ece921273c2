import { afterAll, describe, expect, it } from '@jest/globals';
import { seededRandom } from '@onnx-compress/core';
import { memoryTensor } from '@onnx-compress/graph';
import { closeHost } from '@onnx-compress/test-kit/runtime';
import fc from 'fast-check';
import { random } from '../src/index.js';
import { netInBranches } from './net-in-branches.js';
import { oracleError } from './oracle.js';
import { exactly, randomFeeds, testContext } from './pruning-context.js';
import { randomNet } from './random-net.js';

afterAll(closeHost);

const runs = Number(process.env.PRUNING_RANDOM_BRANCHES ?? 60);
const seed = Number(process.env.PRUNING_RANDOM_SEED ?? Date.now() % 2 ** 31);

describe('pruning a random net whose last nodes are in the branches of an If', () => {
  it(`leaves a sound model that equals the masked original: ${runs} nets of seed ${seed}`, async () => {
    const numbers = fc.array(fc.nat(1000), { minLength: 4, maxLength: 30 });
    const part = fc.double({ min: 0, max: 1, noNaN: true });
    let prunedNets = 0;
    await fc.assert(
      fc.asyncProperty(numbers, part, fc.boolean(), fc.nat(), async (choices, kept, flag, stream) => {
        const net = randomNet(choices);
        const original = await netInBranches(net, Math.floor(kept * (net.graph.nodes.length - 1)));
        expect(original.validate()).toEqual([]);
        const model = original.clone();
        const context = { ...testContext(), random: (name: string) => seededRandom(stream, name) };
        const { changed } = await random.create(exactly(0.4), { include: [], skip: [] }).run(model, context);
        expect(model.validate()).toEqual([]);
        if (changed.length === 0) return;
        prunedNets++;
        const feeds = { ...randomFeeds(net), flag: memoryTensor('bool', [], Uint8Array.of(Number(flag))) };
        expect(await oracleError(original, model, changed, feeds)).toBeLessThanOrEqual(1e-4);
      }),
      { numRuns: runs, seed },
    );
    expect(prunedNets).toBeGreaterThan(runs / 2);
  }, 600_000);
});
