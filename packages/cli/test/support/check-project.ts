import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { float32Tensor } from '@onnx-compress/graph';
import { writeModel } from '@onnx-compress/graph/node';
import { buildModel, randomFloats } from '@onnx-compress/test-kit';
import type { CheckReport, ModelCheck } from 'onnx-compress';
import { commandLine, type Ended, withModelFolder } from './command-line.js';

/** One entry of a config that quantizes `model.onnx` without running the result, which takes no time. */
export const QUANTIZE = { input: 'model.onnx', quant: 'int8-per-channel', recipe: { verify: 'off' } };

/** What `compress check` ended with; the report is undefined where it printed none. */
interface Checked extends Ended {
  readonly models: readonly ModelCheck[];
}

/** A project folder with `model.onnx` and a config. */
export interface Project {
  readonly cwd: string;
  readonly path: (name: string) => string;
  readonly configure: (config: object) => Promise<void>;
  /** Runs `compress check --json`. */
  readonly check: (...argv: readonly string[]) => Promise<Checked>;
}

function modelsOf(stdout: string): readonly ModelCheck[] {
  const report: Partial<CheckReport> = JSON.parse(stdout);
  return report.models ?? [];
}

/** Lends a project. */
export function withProject<T>(config: object, work: (project: Project) => Promise<T>): Promise<T> {
  return withModelFolder(async (cwd) => {
    const path = (name: string) => join(cwd, name);
    const configure = (value: object) => writeFile(path('compress.config.json'), JSON.stringify(value));
    const check = async (...argv: readonly string[]) => {
      const ended = await commandLine(['check', '--json', ...argv], { cwd });
      return { ...ended, models: modelsOf(ended.stdout) };
    };
    await configure(config);
    return work({ cwd, path, configure, check });
  });
}

/** A classifier with `channels` hidden values; another seed gives other bytes of the same size. */
export async function writeClassifier(path: string, channels: number, seed: number): Promise<void> {
  const model = buildModel({
    inputs: { row: ['float32', ['batch', 64]] },
    outputs: { scores: ['float32', ['batch', 10]] },
    weights: {
      first: randomFloats([64, channels], seed),
      second: randomFloats([channels, 10], seed + 1),
      bias: float32Tensor([10], new Float32Array(10)),
    },
    nodes: [
      { opType: 'MatMul', name: 'first', inputs: ['row', 'first'], outputs: ['hidden'] },
      { opType: 'Relu', name: 'relu', inputs: ['hidden'], outputs: ['active'] },
      { opType: 'Gemm', name: 'second', inputs: ['active', 'second', 'bias'], outputs: ['scores'] },
    ],
  });
  await writeModel(model, path);
}

/** Bytes of a `.npy` file of float32. */
export function npy(shape: readonly number[], values: Float32Array): Uint8Array {
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': (${shape.join(', ')}), }`;
  const padded = `${header.padEnd(117)}\n`;
  const start = [0x93, ...Buffer.from('NUMPY'), 1, 0, padded.length & 255, padded.length >> 8];
  return Buffer.concat([Buffer.from(start), Buffer.from(padded), Buffer.from(values.buffer)]);
}
