import { describe, expect, it } from '@jest/globals';
import { parseProfile } from '../src/profile/kernel-times.js';
import { RECORDING } from './profile-recording.js';

const lines = RECORDING.split('\n');

describe('a profile of onnxruntime', () => {
  it('gives the mean time of each kernel, without that of its subgraphs', async () => {
    const { kernels, totalMs, inferences } = await parseProfile(lines, 1);
    expect(inferences).toBe(2);
    expect(totalMs).toBeCloseTo(0.187);
    expect(kernels).toEqual([
      { name: 'multiply', opType: 'MatMul', timeMs: 0.012 },
      { name: 'choose', opType: 'If', timeMs: 0.015 },
      { name: 'soft"max\\', opType: 'Softmax', timeMs: 0.011 },
    ]);
  });

  it('counts the first inferences as warm-up', async () => {
    expect(await parseProfile(lines, 2)).toMatchObject({ totalMs: 0.054, inferences: 1 });
  });

  it('leaves out an inference whose end was not recorded', async () => {
    const end = lines.findLastIndex((line) => line.includes('model_run'));
    expect(await parseProfile(lines.slice(0, end), 1)).toMatchObject({ totalMs: 0.32, inferences: 1 });
  });

  it('has no times where no inference is left', async () => {
    await expect(parseProfile(lines, 3)).rejects.toMatchObject({ code: 'PROFILE_EMPTY' });
    await expect(parseProfile([], 0)).rejects.toMatchObject({ code: 'PROFILE_EMPTY' });
  });
});
