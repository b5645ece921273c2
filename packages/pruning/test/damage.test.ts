import { describe, expect, it } from '@jest/globals';
import { divideCalibration } from '../src/allocation/calibration-shares.js';
import { damageAt, damageCurve } from '../src/allocation/damage-curve.js';
import { outputDamage } from '../src/allocation/output-damage.js';
import { type OutputValues, outputKind } from '../src/allocation/output-kind.js';
import { samplesOfX } from './sampled.js';

const output = (dims: readonly number[], ...values: readonly number[]): OutputValues => ({
  dims,
  values: Float32Array.from(values),
});

const changed = (...values: readonly number[]) => Float32Array.from(values);

describe('a damage curve', () => {
  const curve = damageCurve(100, [
    [80, 0.1],
    [40, 0.9],
  ]);

  it('is 0 for all units, and straight between what was measured', () => {
    expect([100, 90, 80, 60, 40].map((kept) => damageAt(curve, kept))).toEqual(
      [0, 0.05, 0.1, 0.5, 0.9].map((value) => expect.closeTo(value, 12)),
    );
  });

  it('grows faster and faster below what was measured', () => {
    const [at40, at30, at20, at10] = [40, 30, 20, 10].map((kept) => damageAt(curve, kept));
    expect([at30, at20, at10]).toEqual(
      [0.9 + 0.03 * 12.5, 0.9 + 0.03 * 30, 0.9 + 0.03 * 52.5].map((v) => expect.closeTo(v, 12)),
    );
    expect(at40).toBeCloseTo(0.9, 12);
  });

  it('is not free below a cut that did nothing', () => {
    const free = damageCurve(10, [[2, 0]]);
    expect(damageAt(free, 2)).toBe(0);
    expect(damageAt(free, 1)).toBeGreaterThan(0.01);
  });

  it('leaves out what lies above the lower hull, and what was measured below none', () => {
    const noisy = damageCurve(10, [
      [8, 0.5],
      [6, 0.2],
      [4, -0.1],
      [2, 1],
    ]);
    expect(noisy).toEqual([
      [10, 0],
      [4, 0],
      [2, 1],
    ]);
  });
});

describe('the kind of an output', () => {
  it('is told from its numbers', () => {
    const thirds = [0.2, 0.3, 0.5];
    expect(outputKind([output([1, 3], ...thirds)])).toEqual({ kind: 'probabilities', axis: 1 });
    expect(outputKind([output([1, 3, 1, 1], ...thirds)])).toEqual({ kind: 'probabilities', axis: 1 });
    expect(outputKind([output([1, 3], ...thirds.map(Math.log))])).toEqual({ kind: 'log-probabilities', axis: 1 });
    expect(outputKind([output([2, 3], 5, 0, 1, -3, 2, 9)])).toEqual({ kind: 'logits', axis: 1 });
    expect(outputKind([output([2, 3], 0.1, 0, 0.2, 0.1, 0, 0.1)])).toEqual({ kind: 'values' });
    expect(outputKind([output([1, 1, 3], 5, 0, 1)])).toEqual({ kind: 'values' });
    expect(outputKind([output([1, 1], 1)])).toEqual({ kind: 'values' });
  });
});

describe('output damage', () => {
  it('of probabilities is their mean divergence', () => {
    const samples = [output([1, 2, 2], 0.5, 1, 0.5, 0), output([1, 2, 2], 0.25, 1, 0.75, 0)];
    const damage = outputDamage(samples);
    expect(damage(0, changed(0.25, 1, 0.75, 0))).toBeCloseTo((0.5 * Math.log(2) + 0.5 * Math.log(2 / 3)) / 2, 6);
    expect(damage(1, changed(0.25, 0.5, 0.75, 0.5))).toBeCloseTo(Math.log(2) / 2, 6);
  });

  it('of logarithms and of scores is that of their probabilities', () => {
    const expected = 0.8 * Math.log(0.8 / 0.5) + 0.2 * Math.log(0.2 / 0.5);
    const logarithms = outputDamage([output([1, 2], Math.log(0.8), Math.log(0.2))]);
    expect(logarithms(0, changed(Math.log(0.5), Math.log(0.5)))).toBeCloseTo(expected, 6);
    const scores = outputDamage([output([1, 2], Math.log(4) + 7, 7)]);
    expect(scores(0, changed(3, 3))).toBeCloseTo(expected, 5);
    expect(scores(0, changed(Math.log(4) - 5, -5))).toBeCloseTo(0, 6);
  });

  it('of other numbers is the error as a part of what varies from sample to sample', () => {
    const damage = outputDamage([output([1, 1, 2], 1, 10), output([1, 1, 2], 3, 10)]);
    expect(damage(0, changed(1, 10))).toBe(0);
    expect((damage(0, changed(2, 10)) + damage(1, changed(2, 10))) / 2).toBeCloseTo(1, 6);
    expect((damage(0, changed(1, 12)) + damage(1, changed(3, 10))) / 2).toBeCloseTo(2, 6);
  });

  it('stays finite where a probability becomes none', () => {
    expect(outputDamage([output([1, 2], 0.5, 0.5)])(0, changed(1, 0))).toBeCloseTo(
      0.5 * Math.log(0.5) + 0.5 * Math.log(0.5e10),
      4,
    );
  });

  it('of an output that is the same for all samples is none', () => {
    expect(outputDamage([output([1], 4), output([1], 4)])(0, changed(9))).toBe(0);
  });
});

describe('calibration shares', () => {
  it.each([
    [8, 2],
    [50, 10],
    [1000, 48],
  ])('of %i samples judge by %i and fit to the others', async (count, judges) => {
    const rows = Array.from({ length: count }, (_, index) => [index]);
    const { fitting, judging } = divideCalibration(samplesOfX([1], rows));
    const numbers = async ({ samples }: typeof fitting) => {
      const seen: number[] = [];
      for await (const feeds of samples()) {
        const bytes = await feeds.get('x')?.bytes();
        if (bytes !== undefined) seen.push(new Float32Array(bytes.slice().buffer)[0] ?? Number.NaN);
      }
      return seen;
    };
    const [fitted, judged] = [await numbers(fitting), await numbers(judging)];
    expect([fitted.length, judged.length]).toEqual([fitting.count, judging.count]);
    expect(judged.length).toBe(judges);
    expect([...fitted, ...judged].sort((first, second) => first - second)).toEqual(rows.flat());
  });
});
