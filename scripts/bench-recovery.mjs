// npm run bench:recovery: what allocation, selection and repair cost together: wall time, CPU time, peak memory of all
// processes, by phase; and how that grows with images, width and depth. SqueezeNet needs ONNX_COMPRESS_ZOO.
// --only squeezenet|images|width|depth (several with commas), --options JSON (of the step)
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { seededRandom } from '@onnx-compress/core';
import { writeModel } from '@onnx-compress/graph/node';
import { withFolder, writeInputs, zooTask } from './bench/accuracy-samples.mjs';
import { treeUsage } from './bench/process-tree.mjs';
import { chain, waves } from './bench/recovery-nets.mjs';
import { judge, megabytes } from './bench/verdicts.mjs';
import { root } from './workspaces.mjs';

const RECIPE = { criterion: 'obs', keepMacs: 0.7, recover: 'least-squares', allocation: 'measured' };
const BASE = { width: 32, depth: 6, images: 64 };

/** What one series varies, the rest being as in `BASE`. */
const SERIES = { images: [64, 128, 256], width: [32, 64, 128], depth: [4, 8, 16] };

const { values: options } = parseArgs({ options: { only: { type: 'string' }, options: { type: 'string' } } });
const recipe = { ...RECIPE, ...(options.options && JSON.parse(options.options)) };
const chosen = options.only?.split(',') ?? ['squeezenet', ...Object.keys(SERIES)];
const zoo = process.env.ONNX_COMPRESS_ZOO;

const seconds = (value) => `${value.toFixed(1)} s`;
const line = (name, ...cells) => console.log(`  ${name.padEnd(44)}${cells.map((cell) => cell.padStart(11)).join('')}`);

async function measured(folder, model, samples) {
  const result = join(folder, 'result.json');
  const program = join(root, 'scripts/recover-file.mjs');
  const usage = await treeUsage([program, model, samples, JSON.stringify(recipe), result]);
  return { ...usage, ...JSON.parse(readFileSync(result, 'utf8')) };
}

function tell(title, { seconds: wall, cpuSeconds, peakBytes, keptMacs, phases }) {
  console.log(`${title}: ${(100 * keptMacs).toFixed(1)} % of the MACs stay`);
  line('wall, CPU, peak memory', seconds(wall), seconds(cpuSeconds), megabytes(peakBytes));
  for (const [phase, time] of Object.entries(phases))
    if (time >= 0.05) line(`  ${phase}`, seconds(time), `${((100 * time) / wall).toFixed(0)} %`);
}

/** Exponents of the last doubling: of the whole, and of each phase that takes a twentieth of it or more. */
function tellGrowth(name, [smaller, larger], sizes) {
  const exponent = (before, after) => (Math.log(after / before) / Math.log(sizes[1] / sizes[0])).toFixed(2);
  console.log(`exponents of ${name}, from ${sizes[0]} to ${sizes[1]}`);
  line('wall time', exponent(smaller.seconds, larger.seconds));
  line('CPU time', exponent(smaller.cpuSeconds, larger.cpuSeconds));
  line('peak memory', exponent(smaller.peakBytes, larger.peakBytes));
  for (const [phase, time] of Object.entries(larger.phases)) {
    const before = smaller.phases[phase];
    if (before > 0 && time >= larger.seconds / 20) line(`  ${phase}`, exponent(before, time));
  }
}

async function squeezenet(folder) {
  if (zoo === undefined) return console.log('SqueezeNet: left out, ONNX_COMPRESS_ZOO names no folder');
  const task = zooTask({ folder: zoo, ...(await import(join(zoo, 'evaluate.mjs'))) }, 'imagenet-squeezenet');
  const model = join(zoo, 'models/squeezenet-imagenet/squeezenet1_1_fp32.onnx');
  const samples = join(folder, 'photos.npy');
  const results = [];
  for (const count of SERIES.images) {
    const every = Array.from({ length: count }, (_, index) => Math.floor((index * task.count) / count));
    await task.write(samples, every);
    results.push(await measured(folder, model, samples));
    tell(`SqueezeNet 1.1, ${count} photos`, results.at(-1));
  }
  tellGrowth('images', results.slice(-2), SERIES.images.slice(-2));
  const { seconds: wall, peakBytes } = results.at(-1);
  judge('SqueezeNet, 256 photos: wall time', wall, 150, seconds);
  judge('SqueezeNet, 256 photos: peak memory of all processes', peakBytes, 1e9, megabytes);
}

async function series(folder, name) {
  const results = [];
  for (const size of SERIES[name]) {
    const sizes = { ...BASE, [name]: size };
    const model = join(folder, 'chain.onnx');
    const samples = join(folder, 'waves.npy');
    const { shape, values } = waves(sizes.images, seededRandom(0, 'waves'));
    await writeModel(chain(sizes), model);
    await writeInputs(samples, shape, values);
    results.push(await measured(folder, model, samples));
    tell(`chain of ${sizes.depth} convolutions, ${sizes.width} wide, ${sizes.images} images`, results.at(-1));
  }
  tellGrowth(name, results.slice(-2), SERIES[name].slice(-2));
}

await withFolder(async (folder) => {
  for (const name of chosen) await (name === 'squeezenet' ? squeezenet(folder) : series(folder, name));
});
