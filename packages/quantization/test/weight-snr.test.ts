import { describe, expect, it } from '@jest/globals';
import { computedTensor, float32Tensor, present, readFloats, Scratch, type Tensor } from '@onnx-compress/graph';
import { signalToNoiseDb } from '@onnx-compress/math';
import { randomFloats } from '@onnx-compress/test-kit';
import { weightSnr } from '../src/figures/weight-snr.js';
import { affineScales } from '../src/weights/affine-weight.js';
import { type Int8Scales, int8Scales } from '../src/weights/int8-weight.js';
import { roundedFloats } from '../src/weights/rounded-weight.js';

const scratch = new Scratch();
const { signal } = new AbortController();

async function exactDb(tensor: Tensor, int8: Int8Scales): Promise<number> {
  const values = (await readFloats(tensor)).slice();
  return signalToNoiseDb(values, roundedFloats(values, tensor, int8));
}

/** Scales of integers with two bits more. */
async function fineScales(...parameters: Parameters<typeof int8Scales>): Promise<Int8Scales> {
  return { ...present(await int8Scales(...parameters), 'scales'), isFine: true };
}

describe('the signal-to-noise ratio of a weight', () => {
  it.each([undefined, 0, 1, 2])(
    'is that of its floats to what its integers give back, with scales along %s',
    async (axis) => {
      const tensor = randomFloats([6, 5, 7], 1);
      for (const scales of [int8Scales, affineScales, fineScales]) {
        const int8 = present(await scales(tensor, axis, scratch), 'scales');
        const found = await weightSnr({ original: tensor, tensor, int8 }, scratch, signal);
        expect(found).toBeCloseTo(await exactDb(tensor, int8), 6);
      }
    },
  );

  it.each([false, true])('counts what lies beyond the last integer, with two bits more: %s', async (isFine) => {
    const tensor = float32Tensor([4], [-300, 300, 1, -129]);
    const int8 = { axis: undefined, scales: Float32Array.of(1), ...(isFine && { isFine }) };
    const found = await weightSnr({ original: tensor, tensor, int8 }, scratch, signal);
    expect(found).toBeCloseTo(await exactDb(tensor, int8), 6);
  });

  it('comes from parts of a large weight, all over it', async () => {
    const values = await readFloats(randomFloats([1500, 700], 1));
    const tensor = float32Tensor(
      [1500, 700],
      values.map((value, index) => value * (1 + Math.floor(index / 700) / 100)),
    );
    const computed = computedTensor('float32', tensor.dims, () => tensor.bytes());
    for (const axis of [undefined, 0, 1]) {
      const int8 = present(await int8Scales(tensor, axis, scratch), 'scales');
      const exact = await exactDb(tensor, int8);
      for (const one of [tensor, computed]) {
        const found = await weightSnr({ original: one, tensor: one, int8 }, scratch, signal);
        expect(Math.abs(Number(found) - exact)).toBeLessThan(0.2);
      }
    }
  });

  it('counts the loss of integers that were not chosen as the nearest', async () => {
    const original = randomFloats([4, 10], 1);
    const int8 = present(await int8Scales(original, 0, scratch), 'scales');
    const values = await readFloats(original);
    const tensor = float32Tensor(
      [4, 10],
      values.map((value, index) => value + (int8.scales[Math.floor(index / 10)] ?? 0) * 0.6),
    );
    const chosen = await weightSnr({ original, tensor, int8 }, scratch, signal);
    const nearest = await weightSnr({ original, tensor: original, int8 }, scratch, signal);
    expect(chosen).toBeCloseTo(signalToNoiseDb(values, roundedFloats(await readFloats(tensor), tensor, int8)), 6);
    expect(Number(chosen)).toBeLessThan(Number(nearest));
  });

  it('is null where nothing is lost', async () => {
    const tensor = float32Tensor([2, 2], [0, 127, -64, 3]);
    const int8 = { axis: undefined, scales: Float32Array.of(1) };
    expect(await weightSnr({ original: tensor, tensor, int8 }, scratch, signal)).toBeNull();
  });
});
