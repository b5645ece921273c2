// Times, errors and peak memory of truncating matrices to a rank. By itself: node scripts/bench/low-rank-engine.mjs
// after npm run build, --sizes 512,1024,2048,4096. The best possible error comes from numpy, where there is one.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { seededRandom } from '@onnx-compress/core';
import { createGemm, createHost } from '@onnx-compress/runtime';
import { root } from '../workspaces.mjs';
import { treeUsage } from './process-tree.mjs';
import { median } from './processes.mjs';
import { judge, megabytes, times } from './verdicts.mjs';

const program = fileURLToPath(import.meta.url);
const { signal } = new AbortController();

/** Bundles the engine, which the package keeps to itself; returns the file. */
async function bundleEngine(folder) {
  const { buildSync } = await import('esbuild');
  const outfile = join(folder, 'engine.mjs');
  buildSync({
    stdin: {
      contents: "export { truncate } from './truncate.ts'; export { spectrumOf } from './spectrum-of.ts';",
      resolveDir: join(root, 'packages/low-rank/src/engine'),
    },
    bundle: true,
    format: 'esm',
    platform: 'node',
    conditions: ['@onnx-compress/source'],
    outfile,
  });
  return outfile;
}

/** What the engine needs, with the same random numbers each time. */
const tools = (host) => ({ gemm: createGemm(host), signal, random: seededRandom(0, 'low-rank') });

/** Runs with a host of its own for matrix products. */
async function withHost(use) {
  const host = createHost('worker');
  try {
    return await use(host);
  } finally {
    await host.close();
  }
}

const normals = (count, random, scale = 1) =>
  Float32Array.from({ length: count }, () => scale * (random.uniform() + random.uniform() + random.uniform() - 1.5));

/** `left * transpose(right)`. */
async function product(left, right, { gemm }) {
  let result;
  await gemm.rowProducts(left, right, ({ values }) => (result = values.slice()), signal);
  return { rows: left.rows, columns: right.rows, values: result };
}

/** A matrix whose singular values fall like 1 / (1 + i / 16), with noise, as those of trained layers do. */
async function decayingMatrix(rows, columns, host) {
  const random = seededRandom(rows, `decaying ${columns}`);
  const inner = Math.min(rows, columns);
  const left = { rows, columns: inner, values: normals(rows * inner, random, 1 / Math.sqrt(rows)) };
  const right = { rows: columns, columns: inner, values: normals(columns * inner, random, 1 / Math.sqrt(columns)) };
  for (const at of left.values.keys()) left.values[at] /= 1 + (at % inner) / 16;
  const matrix = await product(left, right, tools(host));
  const noise = 0.02 / Math.sqrt(columns);
  for (const at of matrix.values.keys()) matrix.values[at] += noise * (random.uniform() - 0.5);
  return matrix;
}

function squares(values) {
  let sum = 0;
  for (let at = 0; at < values.length; at++) sum += values[at] ** 2;
  return sum;
}

/** Squared Frobenius norm of what a truncation leaves. */
async function remainder(matrix, { left, right }, host) {
  const flipped = { rows: right.columns, columns: right.rows, values: new Float32Array(right.values.length) };
  for (let row = 0, at = 0; row < right.rows; row++) {
    for (let column = 0; column < right.columns; column++)
      flipped.values[column * right.rows + row] = right.values[at++];
  }
  const { values } = await product(left, flipped, tools(host));
  for (let at = 0; at < values.length; at++) values[at] -= matrix.values[at];
  return squares(values);
}

const NUMPY = `
import sys, numpy
path, rows, columns, rank = sys.argv[1], *map(int, sys.argv[2:])
w = numpy.fromfile(path, numpy.float32).reshape(rows, columns).astype(numpy.float64)
gram = w @ w.T if rows <= columns else w.T @ w
print(repr(float(numpy.linalg.eigvalsh(gram)[: len(gram) - rank].clip(0).sum())))
`;

/** Squared norm that no matrix of the rank can get below; undefined where nothing can tell. */
async function leastRemainder(path, { rows, columns }, rank) {
  const sizes = [rows, columns, rank].map(String);
  const { status, stdout } = spawnSync('python3', ['-c', NUMPY, path, ...sizes], { encoding: 'utf8' });
  return status === 0 ? Number(stdout) : undefined;
}

const peakOf = async (...args) => (await treeUsage([program, '--once', ...args.map(String)])).peakBytes;

/**
 * Truncates one matrix again and again.
 *
 * @returns seconds (median) of the truncation and of the spectrum up to half the side; `error` over the least possible one
 *   (Frobenius); `memory` over the bytes of the matrix: peak of all processes less that of a process that only starts
 */
export async function measureTruncation(rows, columns, rank, { rounds = 3 } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'onnx-compress-low-rank-'));
  const path = join(folder, 'matrix.f32');
  try {
    return await withHost(async (host) => {
      const bundle = await bundleEngine(folder);
      const { truncate, spectrumOf } = await import(bundle);
      const matrix = await decayingMatrix(rows, columns, host);
      writeFileSync(path, new Uint8Array(matrix.values.buffer));
      const durations = { truncation: [], spectrum: [] };
      let truncation;
      for (let round = 0; round < rounds; round++) {
        const start = performance.now();
        truncation = await truncate(matrix, undefined, rank, tools(host));
        const middle = performance.now();
        await spectrumOf(matrix, undefined, Math.min(rows, columns) / 2, tools(host));
        durations.truncation.push((middle - start) / 1000);
        durations.spectrum.push((performance.now() - middle) / 1000);
      }
      const least = await leastRemainder(path, matrix, rank);
      const left = await remainder(matrix, truncation, host);
      const peaks = [await peakOf(bundle, path, rows, columns, rank), await peakOf(bundle, path, rows, columns, 0)];
      return {
        seconds: median(durations.truncation),
        spectrumSeconds: median(durations.spectrum),
        error: least === undefined ? undefined : Math.sqrt(left / least),
        predicted: (truncation.total - truncation.kept) / left,
        memory: (peaks[0] - peaks[1]) / matrix.values.byteLength,
        peakBytes: peaks[0],
      };
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What `peakOf` looks at: one truncation of a matrix in a file, or at rank 0 only the start of everything. */
async function once(bundle, path, rows, columns, rank) {
  await withHost(async (host) => {
    const { truncate } = await import(bundle);
    const small = { rows: 1, columns: 1, values: Float32Array.of(1) };
    await product(small, small, tools(host));
    if (rank === 0) return;
    const { buffer, byteOffset, length } = readFileSync(path);
    const matrix = { rows, columns, values: new Float32Array(buffer, byteOffset, length / 4) };
    await truncate(matrix, undefined, rank, tools(host));
  });
}

const seconds = (value) => `${value.toFixed(2)} s`;

async function main() {
  const { values } = parseArgs({ options: { sizes: { type: 'string', default: '512,1024,2048,4096' } } });
  const wide = await measureTruncation(768, 3072, 256, { rounds: 5 });
  judge('768x3072 to rank 256: time', wide.seconds, 1, seconds);
  if (wide.error !== undefined) judge('768x3072 to rank 256: error over the least', wide.error, 1.01, times);
  judge('768x3072 to rank 256: memory over the matrix', wide.memory, 6, times);
  console.log(
    `768x3072: spectrum ${seconds(wide.spectrumSeconds)}, lost energy predicted ${wide.predicted.toFixed(5)}x`,
  );
  for (const size of values.sizes.split(',').filter(Boolean).map(Number)) {
    const figures = await measureTruncation(size, size, size / 8, { rounds: size > 1024 ? 1 : 3 });
    const error = figures.error?.toFixed(4) ?? '?';
    console.log(
      `${size}x${size} to rank ${size / 8}: ${seconds(figures.seconds)}, spectrum of half ${seconds(figures.spectrumSeconds)}, ` +
        `error ${error}x the least, memory ${times(figures.memory)} the matrix, peak ${megabytes(figures.peakBytes)}`,
    );
  }
}

if (process.argv[1] === program) {
  const [mode, bundle, path, ...sizes] = process.argv.slice(2);
  await (mode === '--once' ? once(bundle, path, ...sizes.map(Number)) : main());
}
