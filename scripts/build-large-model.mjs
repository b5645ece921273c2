// node scripts/build-large-model.mjs [output.onnx]: a 340 MB model of 85 M seeded random weights, streamed to disk.
import { closeSync, openSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { fileParts } from './bench/large-model.mjs';

/** Where the benchmarks expect the model when no path is given. */
export const LARGE_MODEL = join(tmpdir(), 'onnx-compress-large.onnx');

/** Fills `values` with uniform numbers of variance 1 / rows; returns the generator's next state ("xorshift32"). */
function fill(values, rows, state) {
  const scale = Math.sqrt(12 / rows) / 2 ** 32;
  let bits = state;
  for (let index = 0; index < values.length; index++) {
    bits ^= bits << 13;
    bits ^= bits >>> 17;
    bits ^= bits << 5;
    values[index] = bits * scale;
  }
  return bits;
}

function writeAll(file, bytes) {
  for (let offset = 0; offset < bytes.length; ) offset += writeSync(file, bytes, offset);
}

/** Writes the model to `path`, one weight matrix in memory at a time. */
export function buildLargeModel(path) {
  const file = openSync(path, 'w');
  let state = 2463534242 | 0;
  for (const { bytes, matrix } of fileParts()) {
    if (matrix === undefined) {
      writeAll(file, bytes);
      continue;
    }
    const values = new Float32Array(matrix.rows * matrix.columns);
    state = fill(values, matrix.rows, state);
    writeAll(file, new Uint8Array(values.buffer));
  }
  closeSync(file);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [path = LARGE_MODEL, ...more] = process.argv.slice(2);
  if (path.startsWith('-') || more.length > 0) {
    console.error('usage: node scripts/build-large-model.mjs [output.onnx]');
    process.exit(2);
  }
  buildLargeModel(path);
  console.log(path);
}
