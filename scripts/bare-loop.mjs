// node scripts/bare-loop.mjs <large model> <output>: reads, hashes, rounds to int8 per column and writes the weights
// of the benchmark model, and nothing else. The yardstick for the cost of `compress --quant int8-per-channel`.
import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { fileParts } from './bench/large-model.mjs';

/** Adding and subtracting it rounds a float32 below 2^22 half to even. */
const ROUNDER = 1.5 * 2 ** 23;

function columnScales(values, rows, columns) {
  const largest = new Float32Array(columns);
  for (let row = 0, index = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, index++) {
      const size = Math.abs(values[index]);
      if (size > largest[column]) largest[column] = size;
    }
  }
  return largest.map((size) => size / 127);
}

function roundColumns(values, rows, columns, scales) {
  const rounded = new Int8Array(rows * columns);
  for (let row = 0, index = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, index++) {
      rounded[index] = Math.fround(Math.fround(values[index] / scales[column]) + ROUNDER) - ROUNDER;
    }
  }
  return rounded;
}

function readExactly(file, length) {
  const bytes = new Uint8Array(length);
  for (let offset = 0; offset < length; ) {
    const count = readSync(file, bytes, offset, length - offset, null);
    if (count === 0) throw new Error('the input is not the benchmark model of scripts/build-large-model.mjs');
    offset += count;
  }
  return bytes;
}

const [input, output] = process.argv.slice(2);
const source = openSync(input, 'r');
const target = openSync(output, 'w');
const hash = createHash('sha256');
for (const { bytes, matrix } of fileParts()) {
  const read = readExactly(source, matrix === undefined ? bytes.length : matrix.rows * matrix.columns * 4);
  hash.update(read);
  if (matrix === undefined) {
    writeSync(target, read);
    continue;
  }
  const values = new Float32Array(read.buffer);
  const scales = columnScales(values, matrix.rows, matrix.columns);
  writeSync(target, roundColumns(values, matrix.rows, matrix.columns, scales));
  writeSync(target, scales);
}
closeSync(source);
closeSync(target);
console.log(hash.digest('hex'));
