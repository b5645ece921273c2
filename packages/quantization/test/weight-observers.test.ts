import { describe, expect, it } from '@jest/globals';
import { CancelledError } from '@onnx-compress/core';
import { float32Tensor, memoryTensor, present, readFloats, Scratch, type Tensor } from '@onnx-compress/graph';
import { buildModel, randomFloats, runModel } from '@onnx-compress/test-kit';
import fc from 'fast-check';
import { type AffineScales, affineRoundedFloats, affineScales, affineTensor } from '../src/weights/affine-weight.js';
import { type Int8Scales, int8Scales } from '../src/weights/int8-weight.js';
import { mseScales } from '../src/weights/mse-scales.js';
import { roundedFloats } from '../src/weights/rounded-weight.js';

const scratch = new Scratch();
const { signal } = new AbortController();

const MATRIX = fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 })).chain(([rows, columns]) =>
  fc.record({
    dims: fc.constant([rows, columns]),
    values: fc.array(fc.float({ noNaN: true, noDefaultInfinity: true, min: -1000, max: 1000 }), {
      minLength: rows * columns,
      maxLength: rows * columns,
    }),
    axis: fc.constantFrom(undefined, 0, 1),
  }),
);

/** What onnxruntime makes of the same weight with the same parameters. */
async function quantizeLinear(weight: Tensor, { axis, scales, zeroPoints }: AffineScales): Promise<Uint8Array> {
  const scale = float32Tensor(axis === undefined ? [] : [scales.length], scales);
  const model = buildModel({
    inputs: { w: ['float32', weight.dims] },
    outputs: { q: ['uint8', weight.dims] },
    weights: { scale, zero: memoryTensor('uint8', scale.dims, zeroPoints) },
    nodes: [
      {
        opType: 'QuantizeLinear',
        inputs: ['w', 'scale', 'zero'],
        outputs: ['q'],
        attributes: axis === undefined ? {} : { axis: { int: axis } },
      },
    ],
  });
  return present((await runModel(model, { w: weight })).get('q'), 'q').bytes();
}

/** Squared error of each row of a matrix. */
async function rowErrors(weight: Tensor, int8: Int8Scales): Promise<readonly number[]> {
  const values = await readFloats(weight);
  const rounded = roundedFloats(values, weight, int8);
  const [rows = 1, columns = 1] = weight.dims;
  return Array.from({ length: rows }, (_, row) =>
    values
      .subarray(row * columns, (row + 1) * columns)
      .reduce((sum, value, column) => sum + (value - (rounded[row * columns + column] ?? 0)) ** 2, 0),
  );
}

describe('asymmetric uint8 weights', () => {
  it('are bit-exact with QuantizeLinear of onnxruntime and at most half a step off', async () => {
    await fc.assert(
      fc.asyncProperty(MATRIX, async ({ dims, values, axis }) => {
        const weight = float32Tensor(dims, values);
        const affine = present(await affineScales(weight, axis, scratch), 'scales');
        const bytes = await affineTensor(weight, affine, false, scratch).bytes();
        expect(bytes).toEqual(await quantizeLinear(weight, affine));
        const rounded = affineRoundedFloats(await readFloats(weight), weight, affine);
        const [, columns = 1] = dims;
        for (const [index, value] of (await readFloats(weight)).entries()) {
          const channel = axis === undefined ? 0 : axis === 0 ? Math.floor(index / columns) : index % columns;
          const scale = present(affine.scales[channel], 'scale');
          // Ends of the range lie up to half a step beyond 0 and 255, where the zero point was rounded.
          expect(Math.abs(value - present(rounded[index], 'value'))).toBeLessThanOrEqual(scale * 0.50001);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('lose nothing where all values are zero, and keep zeros exact elsewhere', async () => {
    const weight = float32Tensor([2, 3], [0, 0, 0, -1.3, 0, 7.1]);
    const affine = present(await affineScales(weight, 0, scratch), 'scales');
    expect([affine.scales[0], affine.zeroPoints[0]]).toEqual([1, 0]);
    expect([...affineRoundedFloats(await readFloats(weight), weight, affine)].map((value) => value === 0)).toEqual([
      ...[true, true, true, false, true, false],
    ]);
  });

  it('are transposed when they are stored', async () => {
    const weight = float32Tensor([2, 3], [0, 1, 255, 0, 2, 510]);
    const affine = present(await affineScales(weight, 0, scratch), 'scales');
    const stored = affineTensor(weight, affine, true, scratch);
    expect(stored.dims).toEqual([3, 2]);
    expect([...(await stored.bytes())]).toEqual([0, 0, 1, 1, 255, 255]);
  });

  it.each([Number.NaN, Number.NEGATIVE_INFINITY])('have no parameters for a weight that holds %p', async (value) => {
    expect(await affineScales(float32Tensor([3], [1, value, 2]), undefined, scratch)).toBeUndefined();
  });
});

describe('mseScales', () => {
  it('clip a lonely outlier and leave even values alone', async () => {
    const outlier = [...(await readFloats(randomFloats([19_999], 1))), 12];
    const even = Array.from({ length: 20_000 }, (_, index) => (index % 255) - 127);
    const weight = float32Tensor([2, 20_000], [...outlier, ...even]);
    const absmax = present(await int8Scales(weight, 0, scratch), 'absmax');
    const mse = present(await mseScales(weight, 0, scratch, signal), 'mse');
    expect(present(mse.scales[0], 'scale')).toBeLessThan(present(absmax.scales[0], 'scale'));
    expect(mse.scales[1]).toBe(absmax.scales[1]);
  });

  it('never lose more than the largest values do', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 2 ** 31 }), async (seed) => {
        const weight = randomFloats([4, 50], seed, 3);
        const absmax = await rowErrors(weight, present(await int8Scales(weight, 0, scratch), 'absmax'));
        const mse = await rowErrors(weight, present(await mseScales(weight, 0, scratch, signal), 'mse'));
        for (const [row, error] of mse.entries()) {
          expect(error).toBeLessThanOrEqual(present(absmax[row], 'error') * (1 + 1e-6));
        }
      }),
      { numRuns: 20 },
    );
  });

  it('find the same scales along either axis', async () => {
    const rows = float32Tensor([2, 3], [5, 1, 2, 3, 7, 1.1]);
    const columns = float32Tensor([3, 2], [5, 3, 1, 7, 2, 1.1]);
    const along = async (weight: Tensor, axis: number) => (await mseScales(weight, axis, scratch, signal))?.scales;
    expect(await along(rows, 0)).toEqual(await along(columns, 1));
  });

  it('give zeros the scale 1, and nothing where a value is not finite', async () => {
    expect((await mseScales(float32Tensor([2], [0, 0]), undefined, scratch, signal))?.scales).toEqual(
      Float32Array.of(1),
    );
    expect(await mseScales(float32Tensor([2], [0, Number.NaN]), undefined, scratch, signal)).toBeUndefined();
  });

  it('stop when they are cancelled', async () => {
    const controller = new AbortController();
    controller.abort();
    const search = mseScales(float32Tensor([2], [1, 2]), undefined, scratch, controller.signal);
    await expect(search).rejects.toThrow(CancelledError);
  });
});
