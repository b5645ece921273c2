import { describe, expect, it } from '@jest/globals';
import { float32Tensor, memoryTensor, present, readFloats, type Tensor } from '@onnx-compress/graph';
import { buildModel, runModel } from '@onnx-compress/test-kit';
import fc from 'fast-check';
import { type ActivationScale, activationScale, type Range, sharedRange } from '../src/activations/activation-scale.js';

const UINT8 = { dataType: 'uint8', symmetric: false } as const;
const INT8 = { dataType: 'int8', symmetric: false } as const;

const LARGEST = Math.fround(1e30);
const END = fc.float({ min: 0, max: LARGEST, noNaN: true });
const RANGE = fc.record({ low: END.map((value) => -value), high: END });
const OPTIONS = fc.record({
  dataType: fc.constantFrom('uint8' as const, 'int8' as const),
  symmetric: fc.boolean(),
  reduceRange: fc.boolean(),
});

/** Values as onnxruntime gives them back after quantization. */
async function throughRuntime(values: Tensor, { dataType, scale, zeroPoint }: ActivationScale): Promise<Float32Array> {
  const zero = memoryTensor(dataType, [], Uint8Array.of(zeroPoint));
  const model = buildModel({
    inputs: { x: ['float32', values.dims] },
    outputs: { y: ['float32', values.dims] },
    weights: { scale: float32Tensor([], [scale]), zero },
    nodes: [
      { opType: 'QuantizeLinear', inputs: ['x', 'scale', 'zero'], outputs: ['q'] },
      { opType: 'DequantizeLinear', inputs: ['q', 'scale', 'zero'], outputs: ['y'] },
    ],
  });
  return readFloats(present((await runModel(model, { x: values }, 'disabled')).get('y'), 'y'));
}

describe('activationScale', () => {
  it('spreads a range over all integers, with the zero point at the least one where nothing is negative', () => {
    const sixth = { low: 0, high: 6 };
    expect(activationScale(sixth, UINT8)).toEqual({ dataType: 'uint8', scale: Math.fround(6 / 255), zeroPoint: 0 });
    expect(activationScale(sixth, INT8)).toEqual({ dataType: 'int8', scale: Math.fround(6 / 255), zeroPoint: -128 });
    expect(activationScale({ low: -1, high: 3 }, UINT8).zeroPoint).toBe(64);
    expect(activationScale({ low: -3, high: 0 }, UINT8).zeroPoint).toBe(255);
  });

  it('adds zero to ranges without it', () => {
    expect(activationScale({ low: 2, high: 4 }, UINT8)).toEqual(activationScale({ low: 0, high: 4 }, UINT8));
    expect(activationScale({ low: -4, high: -2 }, UINT8)).toEqual(activationScale({ low: -4, high: 0 }, UINT8));
  });

  it('puts the zero point of a symmetric scale into the middle', () => {
    const range = { low: -1, high: 2 };
    const scale = Math.fround(2 / 127);
    expect(activationScale(range, { ...INT8, symmetric: true })).toEqual({ dataType: 'int8', scale, zeroPoint: 0 });
    expect(activationScale(range, { ...UINT8, symmetric: true })).toEqual({ dataType: 'uint8', scale, zeroPoint: 128 });
  });

  it('uses 7 bits where it is asked to', () => {
    const range = { low: 0, high: 127 };
    expect(activationScale(range, { ...UINT8, reduceRange: true })).toMatchObject({ scale: 1, zeroPoint: 0 });
    expect(activationScale(range, { ...INT8, reduceRange: true })).toMatchObject({ scale: 1, zeroPoint: -64 });
  });

  it.each([
    ['zeros', { low: 0, high: 0 }],
    ['denormals', { low: -1e-41, high: 1e-40 }],
  ])('gives %s the scale 1', (_, range) => {
    expect(activationScale(range, UINT8)).toEqual({ dataType: 'uint8', scale: 1, zeroPoint: 0 });
  });

  it('gives parameters with which onnxruntime keeps zero exact and the range to half a step', async () => {
    await fc.assert(
      fc.asyncProperty(RANGE, OPTIONS, fc.double({ min: 0, max: 1, noNaN: true }), async (range, options, position) => {
        const scale = activationScale(range, options);
        expect(Math.fround(scale.scale)).toBe(scale.scale);
        expect(scale.scale).toBeGreaterThanOrEqual(2 ** -126);
        const values = Float32Array.of(0, range.low, range.high, range.low + position * (range.high - range.low));
        const [zero, ...rest] = await throughRuntime(float32Tensor([4], values), scale);
        expect(zero).toBe(0);
        for (const [index, value] of rest.entries()) {
          const error = Math.abs(value - present(values[index + 1], 'value'));
          expect(error).toBeLessThanOrEqual(scale.scale * 0.5001);
        }
      }),
      { numRuns: 80 },
    );
  });
});

describe('sharedRange', () => {
  it('holds all ranges and zero', () => {
    const ranges: readonly Range[] = [
      { low: 1, high: 2 },
      { low: -3, high: -1 },
    ];
    expect(sharedRange(ranges)).toEqual({ low: -3, high: 2 });
    expect(sharedRange([])).toEqual({ low: 0, high: 0 });
  });
});
