import { describe, expect, it } from '@jest/globals';
import { rescalingTo } from '../src/moments/rescaling.js';

const moments = (mean: readonly number[], variance: readonly number[]) => ({
  mean: Float64Array.from(mean),
  variance: Float64Array.from(variance),
});

const matched = (samples: number) => ({ match: true, samples }) as const;

describe('the rescaling of channels', () => {
  it('gives two channels mean and deviation of the original', () => {
    const { scale, shift } = rescalingTo(moments([1, -2], [4, 1]), moments([3, 5], [1, 4]), matched(10));
    expect(scale[0]).toBeCloseTo(2, 3);
    expect(scale[1]).toBeCloseTo(0.5, 3);
    expect(shift[0]).toBeCloseTo(-5, 2);
    expect(shift[1]).toBeCloseTo(-4.5, 2);
  });

  it('believes few samples less, by James and Stein', () => {
    const [wanted, own] = [moments([0, 0, 0, 0], [4, 4, 4, 4]), moments([0, 0, 0, 0], [1, 1, 1, 1])];
    const energy = 4 * Math.log(2) ** 2;
    expect(rescalingTo(wanted, own, matched(10)).scale[0]).toBeCloseTo(2 ** (1 - 2 / (10 * energy)), 3);
    expect(rescalingTo(wanted, own, matched(1)).scale).toEqual(Float64Array.of(1, 1, 1, 1));
  });

  it('stays between a quarter and four', () => {
    const { scale } = rescalingTo(moments([0, 0], [100, 1]), moments([0, 0], [1, 100]), matched(10));
    expect(scale).toEqual(Float64Array.of(4, 0.25));
  });

  it('leaves dead channels as loud as they are', () => {
    const { scale } = rescalingTo(moments([0, 0], [1, 0]), moments([0, 0], [1, 1e-12]), matched(10));
    expect(scale[1]).toBeCloseTo(1, 6);
  });

  it('moves means only where deviations are not matched', () => {
    const { scale, shift } = rescalingTo(moments([1, 2], [4, 4]), moments([0, 0], [1, 1]), { match: false });
    expect(scale).toEqual(Float64Array.of(1, 1));
    expect(shift).toEqual(Float64Array.of(1, 2));
  });

  it('leaves deviations alone where the original is constant', () => {
    const { scale, shift } = rescalingTo(moments([1], [0]), moments([0], [1]), matched(10));
    expect(scale).toEqual(Float64Array.of(1));
    expect(shift).toEqual(Float64Array.of(1));
  });
});
