// What quantization costs a process: the 85 M-parameter model against the bare loop, calibration on 50 and 500 images.
import { closeSync, existsSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { buildLargeModel, LARGE_MODEL } from '../build-large-model.mjs';
import { root } from '../workspaces.mjs';
import { timedUsage, treeUsage } from './process-tree.mjs';
import { median } from './processes.mjs';
import { taskSamples } from './quant-samples.mjs';

const ROUNDS = 3;
const COUNTS = [50, 500];
const PHOTO = [3, 224, 224];

const commandOf = (model, output, spec, more) => [
  ...[join(root, 'packages/cli/bin/compress.js'), model, '-o', output, '--quant', spec, '--verify', 'off', '-q'],
  ...more,
];

/** The large model in the command line, against the bare loop. */
export async function largeModel({ spec }, folder) {
  if (!existsSync(LARGE_MODEL)) buildLargeModel(LARGE_MODEL);
  const output = join(folder, 'large.onnx');
  const measured = [];
  for (let round = 0; round < ROUNDS; round++) {
    const bare = await treeUsage([join(root, 'scripts/bare-loop.mjs'), LARGE_MODEL, output]);
    const quantized = await treeUsage(commandOf(LARGE_MODEL, output, spec, []));
    measured.push({ bare, quantized });
    rmSync(output);
  }
  return {
    cpuRatio: median(measured.map(({ bare, quantized }) => quantized.cpuSeconds / bare.cpuSeconds)),
    peakBytes: median(measured.map(({ quantized }) => quantized.peakBytes)),
  };
}

/** Photos as one `.npy`, written one by one; those of the zoo again where there are not enough. */
function writePhotos(path, { sample, count: known }, count) {
  const text = `{'descr': '<f4', 'fortran_order': False, 'shape': (${[count, ...PHOTO].join(', ')}), }`;
  const header = `${text.padEnd(64 * Math.ceil((text.length + 11) / 64) - 11)}\n`;
  const file = openSync(path, 'w');
  writeSync(file, Buffer.from([0x93, ...Buffer.from('NUMPY'), 1, 0, header.length % 256, header.length >> 8]));
  writeSync(file, header);
  for (let index = 0; index < count; index++) {
    const { values } = sample(index % known);
    writeSync(file, new Uint8Array(values.buffer));
  }
  closeSync(file);
}

async function calibration({ spec, zoo }, folder) {
  const model = join(zoo.folder, 'models/squeezenet-imagenet/squeezenet1_1_fp32.onnx');
  const photos = taskSamples(zoo, 'imagenet-squeezenet');
  const usages = [];
  for (const count of COUNTS) {
    const samples = join(folder, 'photos.npy');
    writePhotos(samples, photos, count);
    const output = join(folder, 'calibrated.onnx');
    const usage = await timedUsage(commandOf(model, output, spec, ['--calib', samples, '--threads', '1']));
    const bare = await timedUsage([join(root, 'scripts/run-images.mjs'), model, samples]);
    usages.push({ ...usage, bareSeconds: bare.seconds });
    rmSync(samples);
  }
  const [few, many] = usages;
  return {
    peakBytes: many.peakBytes,
    growth: many.peakBytes / few.peakBytes,
    runningRatio: many.seconds / (2 * many.bareSeconds),
  };
}

/** Figures of whole processes, by name; each has one draw. */
export const PROCESS_SUBJECTS = [
  {
    name: '85 M parameters',
    draws: 1,
    protocol: 'without samples, command line, CPU time and memory',
    run: largeModel,
  },
  {
    ...{ name: 'calibration, 500 images', draws: 1, run: calibration },
    protocol: 'SqueezeNet on 50 and 500 photos, command line, one thread; the same photos are run once by onnxruntime',
  },
];
