import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { float32Tensor, type Model } from '@onnx-compress/graph';
import { writeModel } from '@onnx-compress/graph/node';
import { buildModel, randomFloats } from '@onnx-compress/test-kit';
import { run } from '../../src/run.js';
import { assertPublishedForm } from './published-form.js';

/** What a command line printed and how it ended. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** How a command line is run. */
export interface Surroundings {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly terminal?: boolean;
  readonly signal?: AbortSignal;
}

/** Runs a command line in this process and collects what it prints; with `--json`, held against its schema. */
export async function commandLine(argv: readonly string[], surroundings: Surroundings = {}): Promise<Ended> {
  const { cwd = process.cwd(), env = {}, terminal = false, signal } = surroundings;
  const printed = { stdout: '', stderr: '' };
  const stream = (name: 'stdout' | 'stderr') => ({
    isTTY: terminal,
    columns: 80,
    write: (text: string) => {
      printed[name] += text;
    },
  });
  const io = { stdout: stream('stdout'), stderr: stream('stderr'), env, cwd };
  const code = await run(argv, signal === undefined ? io : { ...io, signal });
  assertPublishedForm(argv, code, printed.stdout);
  return { code, ...printed };
}

/** A convolution and a classifier of 64 channels. */
function classifier(): Model {
  return buildModel({
    inputs: { image: ['float32', ['batch', 3, 8, 8]] },
    outputs: { scores: ['float32', ['batch', 10]] },
    weights: {
      conv_w: randomFloats([64, 3, 3, 3], 1),
      head_w: randomFloats([64, 10], 3),
      head_b: float32Tensor([10], new Float32Array(10)),
    },
    nodes: [
      { opType: 'Conv', name: '/body/conv', inputs: ['image', 'conv_w'], outputs: ['features'] },
      { opType: 'Relu', name: '/body/relu', inputs: ['features'], outputs: ['active'] },
      { opType: 'GlobalAveragePool', name: '/body/pool', inputs: ['active'], outputs: ['pooled'] },
      { opType: 'Flatten', name: '/body/flat', inputs: ['pooled'], outputs: ['row'] },
      { opType: 'Gemm', name: '/head/gemm', inputs: ['row', 'head_w', 'head_b'], outputs: ['scores'] },
    ],
  });
}

/** Lends a fresh folder that holds `model.onnx`. */
export async function withModelFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'compress-cli-test-'));
  try {
    await writeModel(classifier(), join(folder, 'model.onnx'));
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
