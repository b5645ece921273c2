import { afterAll, describe, expect, it } from '@jest/globals';
import { float32Tensor } from '@onnx-compress/graph';
import { buildModel } from '@onnx-compress/test-kit';
import { closeHost } from '@onnx-compress/test-kit/runtime';
import { apoz } from '../src/index.js';
import { testContext } from './pruning-context.js';
import { samplesOfX } from './sampled.js';

afterAll(closeHost);

const all = { include: [], skip: [] };

/** Ten channels that are Relu(x + threshold), for x from 0 to -9. */
function steps(thresholds: readonly number[]) {
  const channels = thresholds.length;
  return buildModel({
    inputs: { x: ['float32', ['N', 1, 1, 10]] },
    outputs: ['y'],
    weights: {
      w: float32Tensor([channels, 1, 1, 1], Array(channels).fill(1)),
      bias: float32Tensor([channels], thresholds),
      v: float32Tensor([1, channels, 1, 1], Array(channels).fill(1)),
    },
    nodes: [
      { opType: 'Conv', name: 'first', inputs: ['x', 'w', 'bias'], outputs: ['h'] },
      { opType: 'Relu', name: 'relu', inputs: ['h'], outputs: ['r'] },
      { opType: 'Conv', name: 'second', inputs: ['r', 'v'], outputs: ['y'] },
    ],
  });
}

const calibration = samplesOfX([1, 1, 1, 10], [Array.from({ length: 10 }, (_, index) => -index)]);

async function removed(options: object, thresholds: readonly number[]) {
  const context = { ...testContext(), calibration };
  const { changed, skipped } = await apoz.create(apoz.options.parse(options), all).run(steps(thresholds), context);
  return { places: changed.find(({ tensor }) => tensor === 'w')?.removed, skipped };
}

describe('apoz', () => {
  it('removes the channels that are zero most often', async () => {
    const { places } = await removed({ ratio: 0.5, round: 1 }, [9.5, 0.5, 8.5, 1.5]);
    expect(places).toEqual([1, 3]);
  });

  it('removes those above the mean plus one standard deviation, however many these are', async () => {
    // Parts of zeros: 0.1 seven times, 0.9 twice; mean 0.278, deviation 0.333.
    const thresholds = [8.5, 8.5, 0.5, 8.5, 8.5, 8.5, 0.5, 8.5, 8.5];
    const { places } = await removed({ rule: 'mean-plus-sigma', round: 1 }, thresholds);
    expect(places).toEqual([2, 6]);
  });

  it('says where no channel stands out', async () => {
    const { places, skipped } = await removed({ rule: 'mean-plus-sigma', round: 1 }, [8.5, 0.5, 8.5, 0.5]);
    expect(places).toBeUndefined();
    expect(skipped).toContainEqual({
      node: 'first',
      reason: 'no channel lies more than one standard deviation above the mean of its layer',
    });
  });

  it.each([{}, { ratio: 0.5, rule: 'mean-plus-sigma' }, { keepMacs: 0.5, rule: 'mean-plus-sigma' }, { rule: 'other' }])(
    'refuses %j',
    (options) => {
      expect(apoz.options.safeParse(options).success).toBe(false);
    },
  );
});
