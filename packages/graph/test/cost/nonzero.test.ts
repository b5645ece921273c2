import { describe, expect, it } from '@jest/globals';
import { buildModel, lenet5Caffe, maskSmallestWeights, randomFloats, vggDCifar10 } from '@onnx-compress/test-kit';
import { countCosts } from '../../src/cost/count-costs.js';
import { countNonZeroWeights } from '../../src/cost/nonzero/count-nonzero-weights.js';
import type { Model } from '../../src/model/model.js';
import { propagateShapes } from '../../src/shapes/propagate.js';
import { elementCount } from '../../src/tensor/element-count.js';
import { float32Tensor, floatsToTensor } from '../../src/tensor/numbers.js';
import { memoryTensor, type Tensor } from '../../src/tensor/tensor.js';

const shapesOf = (model: Model) => propagateShapes(model, new Map([['batch', 1]]));

/** A product x [rows, 6] . w [6, 4], whose weight comes from `nodes`. */
function product(weights: Readonly<Record<string, Tensor>>, nodes: Parameters<typeof buildModel>[0]['nodes'] = []) {
  return buildModel({
    inputs: { x: ['float32', [3, 6]] },
    outputs: ['y'],
    weights,
    nodes: [...nodes, { opType: 'MatMul', name: 'fc', inputs: ['x', nodes.length === 0 ? 'w' : 'wf'], outputs: ['y'] }],
  });
}

describe('published networks', () => {
  it.each([
    { build: lenet5Caffe, share: 0.98, weights: 430_500, withBiases: 431_080, left: 8_610, macs: 2_293_000 },
    { build: vggDCifar10, share: 0.95, weights: 15_239_872, withBiases: 15_245_130, left: 761_994, macs: 313_725_952 },
  ])('$build.name has the counts that papers print', async ({ build, share, weights, withBiases, left, macs }) => {
    const model = build();
    expect(countCosts(model, shapesOf(model))).toMatchObject({
      weights,
      parameters: withBiases,
      macs,
      flops: 2 * macs,
    });
    await maskSmallestWeights(model, share);
    const counted = await countNonZeroWeights(model, shapesOf(model));
    expect(counted).toMatchObject({ weights, nonZeroWeights: left, untold: [] });
    expect(counted.layers.reduce((sum, { nonZeroWeights = 0 }) => sum + nonZeroWeights, 0)).toBe(left);
    expect(countCosts(model, shapesOf(model)).macs).toBe(macs);
    expect(counted.effectiveMacs).toBeLessThan(macs / 2);
  });
});

describe('weights that are not zero', () => {
  const pattern = Float32Array.from({ length: 24 }, (_, index) => (index % 5 < 2 ? (index % 2 ? 0 : -0) : index - 12));
  const left = pattern.filter((value) => value !== 0).length;

  it.each(['float32', 'float16', 'bfloat16', 'float64'] as const)(
    'are counted in %s, minus zero being zero',
    async (type) => {
      const model = product({ w: floatsToTensor(type, [6, 4], pattern) });
      const counted = await countNonZeroWeights(model, shapesOf(model));
      expect(counted).toMatchObject({ weights: 24, nonZeroWeights: left, effectiveMacs: 3 * left });
      expect(counted.layers).toEqual([{ label: 'fc', weights: 24, nonZeroWeights: left, effectiveMacs: 3 * left }]);
    },
  );

  it('leave the MACs of products without weights in full, and count shared weights for every reader', async () => {
    const model = buildModel({
      inputs: { x: ['float32', [4, 4]] },
      outputs: ['y'],
      weights: { w: float32Tensor([4, 4], [1, ...new Float32Array(15)]) },
      nodes: [
        { opType: 'MatMul', name: 'first', inputs: ['x', 'w'], outputs: ['a'] },
        { opType: 'MatMul', name: 'second', inputs: ['a', 'w'], outputs: ['b'] },
        { opType: 'MatMul', name: 'scores', inputs: ['a', 'b'], outputs: ['y'] },
      ],
    });
    expect(await countNonZeroWeights(model, shapesOf(model))).toMatchObject({ weights: 16, effectiveMacs: 4 + 4 + 64 });
  });

  it('are told by the zero point, one for all or one per channel', async () => {
    const stored = Uint8Array.from({ length: 24 }, (_, index) => index % 4);
    const w = memoryTensor('uint8', [6, 4], stored);
    const s = randomFloats([4], 1);
    const dequantize = (zeroPoint: Tensor, scale: Tensor) =>
      product({ w, s: scale, z: zeroPoint }, [
        { opType: 'DequantizeLinear', inputs: ['w', 's', 'z'], outputs: ['wf'] },
      ]);
    const one = dequantize(memoryTensor('uint8', [], Uint8Array.of(2)), randomFloats([], 1));
    expect(await countNonZeroWeights(one, shapesOf(one))).toMatchObject({ weights: 24, nonZeroWeights: 18 });
    const each = dequantize(memoryTensor('uint8', [4], Uint8Array.of(0, 9, 2, 9)), s);
    expect(await countNonZeroWeights(each, shapesOf(each))).toMatchObject({ nonZeroWeights: 12 });
  });

  it('are found in random patterns, whatever the layer', async () => {
    for (const seed of [1, 2]) {
      const model = lenet5Caffe({ seed });
      let expected = 0;
      for (const weight of model.weights()) {
        const { dims } = weight.tensor;
        const values = await randomFloats(dims, seed + dims.length).bytes();
        const floats = new Float32Array(values.slice().buffer).map((value) => (value > 0.3 * seed ? value : 0));
        weight.replace(float32Tensor(dims, floats));
        if (dims.length > 1) expected += floats.filter((value) => value !== 0).length;
      }
      const { nonZeroWeights, layers } = await countNonZeroWeights(model, shapesOf(model));
      expect(nonZeroWeights).toBe(expected);
      expect(layers.map(({ label }) => label)).toEqual(['conv1', 'conv3', 'linear6', 'linear8']);
    }
  });

  it('stop at an abort', async () => {
    const model = product({ w: randomFloats([6, 4], 1) });
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(countNonZeroWeights(model, shapesOf(model), { signal })).rejects.toThrow('enough');
  });
});

describe('the mask of the smallest weights', () => {
  it('keeps exactly the share asked for, ties included', async () => {
    for (const share of [0, 0.3, 0.5, 1]) {
      const model = product({
        w: float32Tensor(
          [6, 4],
          Float32Array.from({ length: 24 }, (_, i) => (i % 3) - 1 || 2),
        ),
      });
      await maskSmallestWeights(model, share);
      const { nonZeroWeights } = await countNonZeroWeights(model, shapesOf(model));
      expect(nonZeroWeights).toBe(Math.round(elementCount([6, 4]) * (1 - share)));
    }
  });
});
