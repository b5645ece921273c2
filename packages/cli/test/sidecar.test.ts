import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { type NodeSpec, readFloats } from '@onnx-compress/graph';
import { writeModel } from '@onnx-compress/graph/node';
import { buildModel, randomFloats } from '@onnx-compress/test-kit';
import { npy } from './support/check-project.js';
import { commandLine, withModelFolder } from './support/command-line.js';
import { schemaProblems } from './support/published-form.js';

const convolution = (name: string, input: string, activation: string): readonly NodeSpec[] => [
  { opType: 'Conv', name, inputs: [input, `${name}_w`], outputs: [name], attributes: { pads: { ints: [1, 1, 1, 1] } } },
  { opType: 'Relu', inputs: [name], outputs: [activation] },
];

/** Three convolutions: the middle one computes on integers from end to end. */
const chain = () =>
  buildModel({
    inputs: { x: ['float32', [1, 8, 8, 8]] },
    outputs: { y: ['float32', [1, 16, 8, 8]] },
    weights: {
      first_w: randomFloats([16, 8, 3, 3], 1),
      middle_w: randomFloats([16, 16, 3, 3], 2),
      last_w: randomFloats([16, 16, 3, 3], 3),
    },
    nodes: [...convolution('first', 'x', 'a'), ...convolution('middle', 'a', 'b'), ...convolution('last', 'b', 'y')],
  });

async function writeSamples(cwd: string): Promise<void> {
  await mkdir(join(cwd, 'samples'));
  for (const seed of [1, 2, 3, 4]) {
    const values = await readFloats(randomFloats([1, 8, 8, 8], seed));
    await writeFile(join(cwd, 'samples', `${seed}.npy`), npy([1, 8, 8, 8], values));
  }
}

describe('--sidecar', () => {
  it('writes the integers of dyadic scales for firmware', () =>
    withModelFolder(async (cwd) => {
      await writeModel(chain(), join(cwd, 'chain.onnx'));
      await writeSamples(cwd);
      const run = ['chain.onnx', '--quant', 'int8-dyadic', '--calib', 'samples', '-o', 'a.onnx', '-q'];
      expect(await commandLine([...run, '--sidecar', 'a.dyadic.json'], { cwd })).toMatchObject({ code: 0 });
      const sidecar: unknown = JSON.parse(await readFile(join(cwd, 'a.dyadic.json'), 'utf8'));
      expect(schemaProblems('sidecar', sidecar)).toEqual([]);
      expect(sidecar).toMatchObject({
        integers: { operators: expect.arrayContaining([expect.objectContaining({ node: 'middle', exact: true })]) },
      });
    }));

  it('is refused before the run where nothing would be in it', () =>
    withModelFolder(async (cwd) => {
      const run = ['model.onnx', '--quant', 'int8-per-channel', '--sidecar', 'a.json', '-o', 'a.onnx'];
      const { code, stderr } = await commandLine(run, { cwd });
      expect([code, stderr]).toEqual([2, expect.stringContaining('no step makes any')]);
    }));
});
