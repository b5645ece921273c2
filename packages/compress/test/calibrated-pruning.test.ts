import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { type CompressEvent, UsageError } from '@onnx-compress/core';
import { float32Tensor, type Model } from '@onnx-compress/graph';
import { buildModel, randomFloats } from '@onnx-compress/test-kit';
import { compressFile } from '../src/compress-file.js';
import { prune } from '../src/steps.js';
import { withModelFile } from './support/models.js';

/** A convolution, a Relu and a classifier over 8 channels; another input scales the result. */
function classifier(): Model {
  return buildModel({
    inputs: { image: ['float32', ['N', 3, 8, 8]], scale: ['float32', [1]] },
    outputs: ['y'],
    weights: {
      w: randomFloats([8, 3, 3, 3], 1),
      bias: float32Tensor([8], Array(8).fill(0)),
      v: randomFloats([4, 8, 1, 1], 2),
    },
    nodes: [
      { opType: 'Conv', name: 'first', inputs: ['image', 'w', 'bias'], outputs: ['h'] },
      { opType: 'Relu', name: 'relu', inputs: ['h'], outputs: ['r'] },
      { opType: 'Conv', name: 'second', inputs: ['r', 'v'], outputs: ['c'] },
      { opType: 'Mul', name: 'scaled', inputs: ['c', 'scale'], outputs: ['y'] },
    ],
  });
}

/** A .npy file of zeros. */
function npyOf(descr: string, dims: readonly number[], elementBytes: number): Uint8Array {
  const shape = `(${dims.join(', ')}${dims.length === 1 ? ',' : ''})`;
  const header = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${shape}, }`;
  const padded = `${header.padEnd(117)}\n`;
  const head = Buffer.from(`\x93NUMPY\x01\x00..${padded}`, 'latin1');
  head.writeUInt16LE(padded.length, 8);
  return Buffer.concat([head, new Uint8Array(dims.reduce((product, size) => product * size, elementBytes))]);
}

const apoz = [prune('apoz', { ratio: 0.5, round: 1 })];

describe('pruning by what happens on samples', () => {
  it('works from random samples where these are asked for, the same ones each time', () =>
    withModelFile(classifier(), async ({ path, folder }) => {
      const run = () => compressFile(path, join(folder, 'out.onnx'), { steps: apoz, calibration: ['random'] });
      const [first, second] = [await run(), await run()];
      expect(first.report.steps.find(({ family }) => family === 'prune')?.metrics).toMatchObject({ groupsPruned: 1 });
      expect(first.report.verification.inputs.source).toBe('random');
      expect(second.report.output.sha256).toBe(first.report.output.sha256);
    }));

  it('without samples is a usage error, which names the criteria that need none', () =>
    withModelFile(classifier(), async ({ path, folder }) => {
      const run = compressFile(path, join(folder, 'out.onnx'), { steps: apoz });
      await expect(run).rejects.toThrow(UsageError);
      await expect(run).rejects.toMatchObject({
        code: 'CALIBRATION_MISSING',
        hint: expect.stringMatching(/--calib random.* These need none: l1, l2, ln, geometric-median, bn-scale/),
      });
      await expect(run).rejects.toMatchObject({ hint: expect.not.stringContaining('apoz') });
    }));
});

describe('samples are held out', () => {
  /** Samples that the steps of a run read, of ten; the verification reads before and after them. */
  async function readBySteps(verify: 'off' | 'fast'): Promise<ReadonlySet<number>> {
    const read = new Set<number>();
    let inStep = false;
    const sample = async (index: number) => {
      if (inStep) read.add(index);
      return new Map([
        ['image', randomFloats([1, 3, 8, 8], index)],
        ['scale', float32Tensor([1], [1])],
      ]);
    };
    const source = {
      count: 10,
      sample,
      async *samples() {
        for (let index = 0; index < 10; index++) yield sample(index);
      },
    };
    const onEvent = (event: CompressEvent) => {
      if ('step' in event) inStep = event.step.name.startsWith('prune') && event.type !== 'step-end';
    };
    await withModelFile(classifier(), ({ path, folder }) =>
      compressFile(path, join(folder, 'out.onnx'), { steps: apoz, calibration: source, verify, onEvent }),
    );
    return read;
  }

  it('for a verification, and only for one', async () => {
    expect((await readBySteps('fast')).size).toBe(8);
    expect((await readBySteps('off')).size).toBe(10);
  });
});

describe('samples that do not fit the model', () => {
  const scale = npyOf('<f4', [2, 1], 4);

  it.each([
    ['another name', { 'picture.npy': npyOf('<f4', [2, 3, 8, 8], 4), 'scale.npy': scale }, 'CALIB_INPUTS'],
    ['another shape', { 'image.npy': npyOf('<f4', [2, 3, 8, 9], 4), 'scale.npy': scale }, 'CALIB_SHAPE'],
    ['another type', { 'image.npy': npyOf('<c8', [2, 3, 8, 8], 8), 'scale.npy': scale }, 'NPY_TYPE'],
    ['other counts', { 'image.npy': npyOf('<f4', [3, 3, 8, 8], 4), 'scale.npy': scale }, 'CALIB_COUNTS'],
  ])('are a usage error before any work: %s', (_, files, code) =>
    withModelFile(classifier(), async ({ path, folder }) => {
      const samples = Object.keys(files).map((name) => join(folder, name));
      for (const [name, bytes] of Object.entries(files)) await writeFile(join(folder, name), bytes);
      const seen: string[] = [];
      const run = compressFile(path, join(folder, 'out.onnx'), {
        steps: apoz,
        calibration: samples,
        onEvent: ({ type }) => seen.push(type),
      });
      await expect(run).rejects.toThrow(UsageError);
      await expect(run).rejects.toMatchObject({ code });
      if (code.startsWith('CALIB_I') || code.startsWith('CALIB_S')) {
        await expect(run).rejects.toMatchObject({ message: expect.stringMatching(/image/) });
      }
      expect(seen.filter((type) => type.startsWith('step'))).toEqual([]);
      expect((await readdir(folder)).filter((name) => name.startsWith('out'))).toEqual([]);
    }),
  );

  it('name the inputs that are expected', () =>
    withModelFile(classifier(), async ({ path, folder }) => {
      await writeFile(join(folder, 'picture.npy'), npyOf('<f4', [2, 3, 8, 8], 4));
      const run = compressFile(path, join(folder, 'out.onnx'), {
        steps: apoz,
        calibration: [join(folder, 'picture.npy')],
      });
      await expect(run).rejects.toMatchObject({
        hint: expect.stringContaining("The model's inputs are image: float32 [N, 3, 8, 8]; scale: float32 [1]."),
      });
    }));
});
