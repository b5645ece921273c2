// npm run bench:observers: peak memory of all processes and time of observing the activations of SqueezeNet on 50 and on
// 500 photos, one thread, against running the photos through onnxruntime twice. Needs ONNX_COMPRESS_ZOO.
// --rounds 3 (runs of each, of which the median counts)
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { withFolder, zooTask } from './bench/accuracy-samples.mjs';
import { treeUsage } from './bench/process-tree.mjs';
import { median } from './bench/processes.mjs';
import { judge, megabytes, times } from './bench/verdicts.mjs';
import { root } from './workspaces.mjs';

const COUNTS = [50, 500];
const METHODS = ['plain', 'minmax', 'ema', 'percentile', 'entropy', 'mse', 'auto'];
const STREAMED = ['percentile', 'entropy', 'mse', 'auto'];

const { values: options } = parseArgs({ options: { rounds: { type: 'string', default: '3' } } });
const zoo = process.env.ONNX_COMPRESS_ZOO;
if (zoo === undefined) throw new Error('ONNX_COMPRESS_ZOO names no folder');
const model = join(zoo, 'models/squeezenet-imagenet/squeezenet1_1_fp32.onnx');

async function measured(folder, samples, method) {
  const result = join(folder, 'result.json');
  const { peakBytes } = await treeUsage([join(root, 'scripts/observe-file.mjs'), model, samples, method, result]);
  return { peakBytes, seconds: JSON.parse(readFileSync(result, 'utf8')).seconds };
}

/** Medians of each method, which take turns, so that all meet the same machine. */
async function medians(folder, samples) {
  const rounds = [];
  for (let round = 0; round < Number(options.rounds); round++) {
    const results = {};
    for (const method of METHODS) results[method] = await measured(folder, samples, method);
    rounds.push(results);
  }
  const of = (method, figure) => median(rounds.map((results) => results[method][figure]));
  return Object.fromEntries(
    METHODS.map((method) => [method, { peakBytes: of(method, 'peakBytes'), seconds: of(method, 'seconds') }]),
  );
}

function tell(count, results) {
  console.log(`SqueezeNet 1.1, ${count} photos, medians of ${options.rounds} rounds`);
  for (const [method, { peakBytes, seconds }] of Object.entries(results)) {
    const share = times(seconds / results.plain.seconds);
    console.log(
      `  ${method.padEnd(12)}${`${seconds.toFixed(1)} s`.padStart(10)}${share.padStart(8)}${megabytes(peakBytes).padStart(10)}`,
    );
  }
}

await withFolder(async (folder) => {
  const task = zooTask({ folder: zoo, ...(await import(join(zoo, 'evaluate.mjs'))) }, 'imagenet-squeezenet');
  const byCount = [];
  for (const count of COUNTS) {
    const samples = join(folder, `${count}.npy`);
    await task.write(
      samples,
      Array.from({ length: count }, (_, index) => Math.floor((index * task.count) / count)),
    );
    byCount.push(await medians(folder, samples));
    tell(count, byCount.at(-1));
  }
  const [few, many] = byCount;
  for (const method of STREAMED) {
    judge(`${method}: peak memory on 500 photos`, many[method].peakBytes, 350e6, megabytes);
    judge(`${method}: peak on 500 photos of that on 50`, many[method].peakBytes / few[method].peakBytes, 1.1, times);
    judge(`${method}: time of that of two runs`, many[method].seconds / many.plain.seconds, 2, times);
  }
});
