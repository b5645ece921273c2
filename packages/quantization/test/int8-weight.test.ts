import { describe, expect, it } from '@jest/globals';
import { float32Tensor, memoryTensor, present, Scratch, type Tensor } from '@onnx-compress/graph';
import { buildModel, runModel } from '@onnx-compress/test-kit';
import fc from 'fast-check';
import { int8Scales, int8Tensor } from '../src/weights/int8-weight.js';

const scratch = new Scratch();

const LARGEST = Math.fround(1e30);
const FINITE = fc.float({ noNaN: true, noDefaultInfinity: true, min: -LARGEST, max: LARGEST });
const MATRIX = fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 })).chain(([rows, columns]) =>
  fc.record({
    dims: fc.constant([rows, columns]),
    values: fc.array(FINITE, { minLength: rows * columns, maxLength: rows * columns }),
    axis: fc.constantFrom(undefined, 0, 1),
  }),
);

/** What onnxruntime makes of the same weight with the same scales. */
async function quantizeLinear(weight: Tensor, scales: Float32Array, axis: number | undefined): Promise<Uint8Array> {
  const scale = float32Tensor(axis === undefined ? [] : [scales.length], scales);
  const zero = memoryTensor('int8', scale.dims, new Uint8Array(scales.length));
  const attributes = axis === undefined ? {} : { axis: { int: axis } };
  const model = buildModel({
    inputs: { w: ['float32', weight.dims] },
    outputs: { q: ['int8', weight.dims] },
    weights: { scale, zero },
    nodes: [{ opType: 'QuantizeLinear', inputs: ['w', 'scale', 'zero'], outputs: ['q'], attributes }],
  });
  return present((await runModel(model, { w: weight })).get('q'), 'q').bytes();
}

describe('int8 weights', () => {
  it('are bit-exact with QuantizeLinear of onnxruntime and at most half a step off', async () => {
    await fc.assert(
      fc.asyncProperty(MATRIX, async ({ dims, values, axis }) => {
        const weight = float32Tensor(dims, values);
        const int8 = present(await int8Scales(weight, axis, scratch), 'scales');
        const bytes = await int8Tensor(weight, int8, false, scratch).bytes();
        expect(bytes).toEqual(await quantizeLinear(weight, int8.scales, axis));
        const [, columns = 1] = dims;
        for (const [index, quantized] of new Int8Array(bytes.buffer, bytes.byteOffset).entries()) {
          const channel = axis === undefined ? 0 : axis === 0 ? Math.floor(index / columns) : index % columns;
          const scale = present(int8.scales[channel], 'scale');
          const error = Math.abs(quantized * scale - present(weightAt(values, index), 'value'));
          expect(error).toBeLessThanOrEqual(scale * 0.500001);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('give a channel of zeros the scale 1', async () => {
    const int8 = await int8Scales(float32Tensor([2, 2], [0, 0, 127, -1]), 0, scratch);
    expect([...present(int8, 'scales').scales]).toEqual([1, 1]);
  });

  it('give values too small for a normal scale the scale 1', async () => {
    const int8 = await int8Scales(float32Tensor([2], [1e-40, -1e-41]), undefined, scratch);
    expect([...present(int8, 'scales').scales]).toEqual([1]);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('have no scales for a weight that holds %p', async (value) => {
    expect(await int8Scales(float32Tensor([2, 2], [1, 2, value, 4]), 1, scratch)).toBeUndefined();
  });

  it('are transposed when they are stored, not before they are scaled', async () => {
    const weight = float32Tensor([2, 3], [127, 64, 1, 254, 2, -254]);
    const int8 = present(await int8Scales(weight, 0, scratch), 'scales');
    const stored = int8Tensor(weight, int8, true, scratch);
    expect(stored.dims).toEqual([3, 2]);
    expect([...new Int8Array(await stored.bytes())]).toEqual([127, 127, 64, 1, 1, -127]);
  });
});

function weightAt(values: readonly number[], index: number): number | undefined {
  const value = values[index];
  return value === undefined ? undefined : Math.fround(value);
}
