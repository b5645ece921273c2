import { describe, expect, it } from '@jest/globals';
import { float32Tensor, present, readIndices } from '@onnx-compress/graph';
import { buildModel, randomFloats, randomValues } from '@onnx-compress/test-kit';
import { withRoomForBias } from '../src/weights/bias-room.js';
import { integerBias } from '../src/weights/integer-bias.js';
import { withFineZeroChannels } from '../src/weights/zero-channels.js';
import { bothFormats } from './support/both-formats.js';

const int8 = { axis: 0, scales: Float32Array.of(1e-12, 0.5) };

describe('the scales of a weight', () => {
  it('are raised where the bias would not fit into int32', async () => {
    const roomy = withRoomForBias(int8, Float32Array.of(-3, 3), 0.25);
    expect([...roomy.scales]).toEqual([Math.fround(3 / (0.25 * 2 ** 30)), 0.5]);
    const products = roomy.scales.map((scale) => scale * 0.25);
    const bias = { tensor: float32Tensor([2], [-3, 3]), channels: 2, factor: 1, dims: [2] };
    expect(await readIndices(integerBias(bias, products))).toEqual([-(2 ** 30), 24]);
  });

  it('stay as they are without a bias, and where it is not finite', () => {
    expect(withRoomForBias(int8, undefined, 0.25)).toBe(int8);
    expect(withRoomForBias(int8, Float32Array.of(Number.NaN, Number.NEGATIVE_INFINITY), 0.25)).toEqual(int8);
  });

  it('serve all channels that share one', () => {
    const whole = { axis: undefined, scales: Float32Array.of(1e-12) };
    expect(withRoomForBias(whole, Float32Array.of(1, 4, 2), 1).scales[0]).toBe(2 ** -28);
    const groups = { axis: 1, scales: Float32Array.of(1e-12, 1e-12) };
    expect([...withRoomForBias(groups, Float32Array.of(1, 2, 4, 1), 1).scales]).toEqual([2 ** -28, 2 ** -29]);
  });
});

describe('a channel of zeros', () => {
  const tensor = float32Tensor([3, 2], [0, 0, 127, 1, 0.5, 0.25]);

  it('has a tiny scale, unlike one whose scale happens to be 1', async () => {
    const scales = Float32Array.of(1, 1, 0.5 / 127);
    const fine = await withFineZeroChannels(tensor, { axis: 0, scales });
    expect([...fine.scales]).toEqual([2 ** -60, 1, scales[2]]);
  });

  it('is not looked for where no scale is 1', async () => {
    const other = { axis: 0, scales: Float32Array.of(0.25, 0.5, 2) };
    expect(await withFineZeroChannels(tensor, other)).toBe(other);
  });
});

describe('an int32 bias', () => {
  it('rounds halves to even and saturates', async () => {
    const tensor = float32Tensor([5], [0.5, 1.5, -2.5, 1e30, -1e30]);
    const bias = { tensor, channels: 5, factor: 1, dims: [1, 5] };
    const integers = integerBias(bias, Float32Array.of(1));
    expect(integers.dims).toEqual([1, 5]);
    expect(await readIndices(integers)).toEqual([0, 2, -2, 2 ** 31 - 1, -(2 ** 31)]);
  });

  it.each([1e-13, 0])('is what a channel gives whose weights are nearly nothing: times %p', async (factor) => {
    const weights = randomValues(4 * 9, 1, 0.3).map((weight, index) => (index < 9 ? weight * factor : weight));
    const model = buildModel({
      inputs: { x: ['float32', [1, 1, 5, 5]] },
      outputs: ['y'],
      weights: { w: float32Tensor([4, 1, 3, 3], weights), b: float32Tensor([4], [2.5, 1, -1, 0]) },
      nodes: [{ opType: 'Conv', name: 'conv', inputs: ['x', 'w', 'b'], outputs: ['y'] }],
    });
    const plan = { nodes: ['conv'], classes: [['x'], ['y']] };
    const { qdq, optimized } = await bothFormats(model, plan, { x: randomFloats([1, 1, 5, 5], 2) });
    expect(optimized).toContain('QLinearConv');
    const [first] = await readIndices(present(qdq.graph.value('b_q')?.weight, 'bias').tensor);
    expect(Math.abs(present(first, 'bias') - 2 ** 30)).toBeLessThan(2 ** 10);
  });
});
