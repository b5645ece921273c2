import { describe, expect, it } from '@jest/globals';
import { UsageError } from '@onnx-compress/core';
import { carbonOf } from '../src/energy/carbon/carbon.js';
import { resolveGrid } from '../src/energy/carbon/grid.js';

const data = async () => new Map(Object.entries({ FRA: 44.18, FRO: 300, DEU: 342.06, WORLD: 472.94 }));

describe('carbon', () => {
  it('is given for a million inferences with the bounds of the energy', async () => {
    const grid = await resolveGrid('360', data);
    expect(carbonOf({ joules: 0.04, low: 0.01, high: 0.2 }, grid)).toEqual({
      grams: expect.closeTo(4, 9),
      low: expect.closeTo(1, 9),
      high: expect.closeTo(20, 9),
      grid: '360 g/kWh',
    });
  });

  it('takes the yearly mean of a country, whatever its case', async () => {
    expect(await resolveGrid('deu', data)).toEqual({ name: 'DEU, 342.06 g/kWh', gramsPerKilowattHour: 342.06 });
  });

  it('reads the optional package', async () => {
    const { gramsPerKilowattHour } = await resolveGrid('FRA');
    expect(gramsPerKilowattHour).toBeGreaterThan(0);
  });

  it('refuses a country of which the package holds nothing but a zero', async () => {
    await expect(resolveGrid('CAF')).rejects.toThrow(UsageError);
  });

  it('names countries near one that it does not know', async () => {
    const unknown = resolveGrid('France', data);
    await expect(unknown).rejects.toThrow(UsageError);
    await expect(unknown).rejects.toMatchObject({ hint: expect.stringMatching(/Near it: FRA, FRO\./) });
    await expect(resolveGrid('DEI', data)).rejects.toMatchObject({ hint: expect.stringContaining('DEU') });
  });

  it('says what to do where the package is not installed', async () => {
    const absent = resolveGrid('FRA', async () => Promise.reject(new Error('Cannot find package')));
    await expect(absent).rejects.toThrow(UsageError);
    await expect(absent).rejects.toMatchObject({ hint: expect.stringMatching(/npm install @tgwf\/co2.*grams/) });
  });

  it('needs no package for a number, and refuses one below zero', async () => {
    const absent = async () => Promise.reject(new Error('Cannot find package'));
    expect((await resolveGrid('44', absent)).gramsPerKilowattHour).toBe(44);
    await expect(resolveGrid('-1', absent)).rejects.toThrow(UsageError);
  });
});
