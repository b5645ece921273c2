import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { float32Tensor, type Tensor } from '@onnx-compress/graph';
import { writeModel } from '@onnx-compress/graph/node';
import { buildModel } from '@onnx-compress/test-kit';
import { withModelFolder } from './support/command-line.js';

const BIN = fileURLToPath(new URL('../bin/compress.js', import.meta.url));

/** Prints the address of every module that is loaded on stderr. */
const LISTING = `data:text/javascript,${encodeURIComponent(`
  import { register } from 'node:module';
  register('data:text/javascript,' + encodeURIComponent(
    'export const load = (url, context, next) => (process._rawDebug("loaded " + url), next(url, context));'));
`)}`;

/** Cheap numbers between -1 and 1 that differ from seed to seed. */
function pattern([rows, columns]: readonly [number, number], seed: number): Tensor {
  const values = Float32Array.from({ length: rows * columns }, (_, index) => Math.sin(index * seed));
  return float32Tensor([rows, columns], values);
}

interface Ended {
  readonly code: unknown;
  readonly stdout: string;
  readonly stderr: string;
}

function start(argv: readonly string[], options: { readonly cwd?: string; readonly node?: readonly string[] } = {}) {
  const child = spawn(process.execPath, [...(options.node ?? []), BIN, ...argv], {
    cwd: options.cwd,
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  const printed = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    printed.stderr += text;
  });
  const ended = async (): Promise<Ended> => {
    const [code] = await once(child, 'close');
    return { code, ...printed };
  };
  return { child, ended: ended() };
}

describe('the program', () => {
  it.each([['--help'], ['--version'], ['inspect', '--help']])(
    'answers %s without loading onnxruntime, protobufjs or zod',
    async (...argv) => {
      const { code, stderr, stdout } = await start(argv, { node: ['--import', LISTING] }).ended;
      const loaded = [...stderr.matchAll(/^loaded (\S+)$/gm)].map(([, url = '']) => url);
      expect(code).toBe(0);
      expect(stdout).not.toBe('');
      expect(loaded.length).toBeGreaterThan(3);
      expect(loaded.filter((url) => /node_modules|onnxruntime|protobuf|zod|packages\/(?!cli\/)/.test(url))).toEqual([]);
    },
  );

  it('ends with the exit code of the error, prints one line, and no stack', () =>
    withModelFolder(async (cwd) => {
      await writeFile(join(cwd, 'empty.onnx'), '');
      const ends = [
        [['empty.onnx'], 3],
        [['.'], 3],
        [['model.onnx', '--seed', 'x'], 2],
        [['model.onnx', '--quant', 'int8-per-channel', '--max-ratio', '0.01', '-q'], 6],
      ] as const;
      for (const [argv, expected] of ends) {
        const { code, stderr } = await start(argv, { cwd }).ended;
        expect([code, stderr.split('\n').length]).toEqual([expected, 2]);
      }
      expect(await readdir(cwd)).toEqual(['empty.onnx', 'model.onnx']);
    }));

  it('is cancelled by SIGINT, ends with 130, and leaves no file', () =>
    withModelFolder(async (cwd) => {
      const names = ['w0', 'w1', 'w2', 'w3', 'w4', 'w5'];
      const weights = Object.fromEntries(names.map((name, index) => [name, pattern([768, 1536], index + 1)]));
      const sums = Object.keys(weights).map((name) => ({
        opType: 'MatMul',
        inputs: ['x', name],
        outputs: [`${name}_y`],
      }));
      const outputs = sums.flatMap((node) => node.outputs);
      const model = buildModel({ inputs: { x: ['float32', [1, 768]] }, outputs, weights, nodes: sums });
      await writeModel(model, join(cwd, 'large.onnx'));
      const { child, ended } = start(['large.onnx', '--quant', 'int8-per-channel', '--verify', 'full'], { cwd });
      await once(child.stderr, 'data');
      child.kill('SIGINT');
      const { code, stderr } = await ended;
      expect([code, stderr]).toEqual([130, expect.stringMatching(/error: Cancelled\.\n$/)]);
      expect(await readdir(cwd)).toEqual(['large.onnx', 'model.onnx']);
    }));
});
