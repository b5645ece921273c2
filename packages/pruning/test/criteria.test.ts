import { afterAll, describe, expect, it } from '@jest/globals';
import { float32Tensor, floatsToTensor, readFloats } from '@onnx-compress/graph';
import { closeHost } from '@onnx-compress/test-kit/runtime';
import fc from 'fast-check';
import { weightNorm } from '../src/criteria/weight-norm.js';
import { pruningTechniques } from '../src/registry.js';
import { slicedTensor } from '../src/surgery/sliced-tensor.js';
import { permutedNet } from './permuted-net.js';
import { exactly, testContext } from './pruning-context.js';
import { layer, scoresOf } from './scored-groups.js';

afterAll(closeHost);

describe('weight norms', () => {
  const weight = float32Tensor([2, 3], [3, -4, 0, 1, 2, -2]);

  it.each([
    [1, 0, [7, 5]],
    [1, 1, [4, 6, 2]],
    [2, 0, [5, 3]],
    [2, 1, [Math.sqrt(10), Math.sqrt(20), 2]],
    [3, 0, [91 ** (1 / 3), 17 ** (1 / 3)]],
    [0.5, 0, [(Math.sqrt(3) + 2) ** 2, (1 + 2 * Math.SQRT2) ** 2]],
  ])('of order %d along axis %d equal the values worked out by hand', async (p, axis, expected) => {
    const scores = await scoresOf(weightNorm(p), layer(weight, axis));
    expect(scores).toHaveLength(expected.length);
    for (const [index, value] of expected.entries()) expect(scores[index]).toBeCloseTo(value, 5);
  });

  it('of a convolution run over input channels and kernel', async () => {
    const kernel = float32Tensor([2, 2, 1, 2], [1, -1, 2, 0, 0.5, 0, 0, -0.5]);
    expect(await scoresOf(weightNorm(1), layer(kernel, 0))).toEqual([4, 1]);
    expect(await scoresOf(weightNorm(1), layer(kernel, 1))).toEqual([2.5, 2.5]);
  });

  it('read half-precision weights', async () => {
    const half = floatsToTensor('float16', [2, 2], Float32Array.of(0.5, -0.25, 2, 1));
    expect(await scoresOf(weightNorm(1), layer(half))).toEqual([0.75, 3]);
  });
});

describe('the registry of criteria', () => {
  it('lists each once, by family, with a reference', () => {
    const names = pruningTechniques.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const technique of pruningTechniques) {
      expect(technique.family).toBe('prune');
      expect(technique.reference).not.toBe('');
    }
  });

  it('names those that need samples', () => {
    const needing = pruningTechniques.filter(({ needsCalibration }) => needsCalibration);
    expect(needing.map(({ name }) => name)).toEqual([
      'apoz',
      'mean-activation',
      'variance',
      'entropy',
      'inbound',
      'consumer',
      'wanda',
      'obs',
      'obd',
      'lasso',
      'thinet',
      'reduce-and-reuse',
    ]);
  });

  it.each([0, 1, -0.1, 1.5, Number.NaN])('refuses the ratio %d', (ratio) => {
    for (const { options, positional } of pruningTechniques) {
      if (positional === 'ratio') expect(options.safeParse({ ratio }).success).toBe(false);
    }
  });

  it('makes transforms named after the criterion', () => {
    const [l1, l2, ln] = pruningTechniques;
    const nodes = { include: [], skip: [] };
    expect(l1?.create(l1.options.parse({ ratio: 0.5 }), nodes).name).toBe('prune l1');
    expect(l2?.create(l2.options.parse({ ratio: 0.5 }), nodes).name).toBe('prune l2');
    expect(ln?.create(ln.options.parse({ ratio: 0.5, p: 3 }), nodes)).toMatchObject({ name: 'prune ln', exact: false });
  });
});

describe('every criterion that looks at weights', () => {
  const weighing = pruningTechniques.filter(
    ({ name, positional, needsCalibration }) => name !== 'random' && positional === 'ratio' && !needsCalibration,
  );

  it.each(weighing)('moves with the channels: $name', async (technique) => {
    const channels = 8;
    const order = fc.shuffledSubarray([...Array(channels).keys()], { minLength: channels });
    await fc.assert(
      fc.asyncProperty(order, fc.nat(), fc.integer({ min: 1, max: 7 }), async (permutation, seed, count) => {
        const removedFrom = async (places: readonly number[]) => {
          const transform = technique.create(technique.options.parse(exactly(count / channels)), {
            include: [],
            skip: [],
          });
          const { changed } = await transform.run(await permutedNet(seed, places), testContext());
          const removed = changed.find(({ tensor }) => tensor === 'w')?.removed;
          return Array.isArray(removed) ? removed.map((place) => places[Number(place)]).sort() : [];
        };
        const removed = await removedFrom([...Array(channels).keys()]);
        expect(removed).toHaveLength(count);
        expect(await removedFrom(permutation)).toEqual(removed);
      }),
      { numRuns: 20 },
    );
  });
});

describe('a sliced tensor', () => {
  it('keeps the bits of any element type', async () => {
    const half = floatsToTensor('float16', [3, 2], Float32Array.of(1, 2, 3, 4, 5, 6));
    const sliced = slicedTensor(half, [
      { axis: 0, keep: [0, 2] },
      { axis: 1, keep: [1] },
    ]);
    expect(sliced.dims).toEqual([2, 1]);
    expect([...(await readFloats(sliced))]).toEqual([2, 6]);
  });
});
