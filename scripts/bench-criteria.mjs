// npm run bench:criteria: top-1 accuracy of two small trained nets after every pruning criterion at one ratio, with what
// removed channels held folded into the layers behind (constants=mean) and without (zero). Needs ONNX_COMPRESS_ZOO.
// --ratio N (0.25), --samples N (400 training images for criteria and means), --limit N (test images)
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { compressFile, prune } from 'onnx-compress';

const { values: options } = parseArgs({
  options: {
    ratio: { type: 'string', default: '0.25' },
    samples: { type: 'string', default: '400' },
    limit: { type: 'string' },
  },
});

const zoo = process.env.ONNX_COMPRESS_ZOO;
if (zoo === undefined) throw new Error('set ONNX_COMPRESS_ZOO to the folder of the zoo');
const { evaluate, exportInputs } = await import(join(zoo, 'evaluate.mjs'));

const NETS = [
  { task: 'cifar10', path: join(zoo, 'models/small-trained/cifar10_vggbn_bn.onnx'), train: 2000 },
  { task: 'fashion', path: join(zoo, 'models/small-trained/fashion_cnn_bn.onnx'), train: 10000 },
];

const ratio = Number(options.ratio);
const criteria = [
  ...['l1', 'l2', 'geometric-median', 'bn-scale', 'apoz', 'mean-activation', 'variance', 'entropy', 'inbound'],
  ...['consumer', 'wanda'],
].map((name) => ({ label: name, name, options: { ratio }, seed: 0 }));
criteria.splice(2, 0, { label: 'ln, p=3', name: 'ln', options: { ratio, p: 3 }, seed: 0 });
for (const seed of [0, 1, 2])
  criteria.push({ label: `random, seed ${seed}`, name: 'random', options: { ratio }, seed });

const NEEDS_NO_SAMPLES = new Set(['l1', 'l2', 'ln', 'geometric-median', 'bn-scale', 'random']);

/** How removed channels are made up for: not at all, from the model's own parameters, from samples. */
const WAYS = [
  { label: 'zero', constants: 'zero', sampled: false },
  { label: 'mean of the model', constants: 'mean', sampled: false },
  { label: 'mean of samples', constants: 'mean', sampled: true },
];

const folder = await mkdtemp(join(tmpdir(), 'onnx-compress-criteria-'));
const limit = options.limit === undefined ? {} : { limit: Number(options.limit) };

async function accuracy(net, criterion, { constants, sampled }) {
  const output = join(folder, 'pruned.onnx');
  const calibrated = sampled || !NEEDS_NO_SAMPLES.has(criterion.name);
  await compressFile(net.path, output, {
    steps: [prune(criterion.name, { ...criterion.options, constants, recover: 'off' })],
    ...(calibrated && { calibration: [net.samples] }),
    seed: criterion.seed,
    verify: 'off',
    force: true,
  });
  const { top1 } = await evaluate(net.task, output, limit);
  return `${(100 * top1).toFixed(1)} %`;
}

try {
  const columns = NETS.flatMap(({ task }) => WAYS.map(({ label }) => `${task}, ${label}`));
  console.log(`| ratio=${ratio} | ${columns.join(' | ')} |\n| --- |${' --- |'.repeat(columns.length)}`);
  for (const net of NETS) {
    net.samples = join(folder, `${net.task}.npy`);
    const count = Number(options.samples);
    exportInputs(net.task, net.samples, { part: 'train', select: `0:${Math.floor(net.train / count)}:${count}` });
  }
  for (const criterion of criteria) {
    const cells = [];
    for (const net of NETS) {
      for (const way of WAYS) {
        const impossible = way.constants === 'mean' && !way.sampled && !NEEDS_NO_SAMPLES.has(criterion.name);
        cells.push(impossible ? '' : await accuracy(net, criterion, way));
      }
    }
    console.log(`| ${criterion.label} | ${cells.join(' | ')} |`);
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
