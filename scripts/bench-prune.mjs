// npm run bench:prune [-- widths]: CPU time and peak memory of pruning ResNet-50 at 1x, 4x and 16x its parameters, and
// of a model with one 411 MB tensor.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeModel } from '@onnx-compress/graph/node';
import { oneLargeTensor } from './bench/one-large-tensor.mjs';
import { treeUsage } from './bench/process-tree.mjs';
import { median } from './bench/processes.mjs';
import { resnet50 } from './bench/resnet.mjs';
import { judge, megabytes } from './bench/verdicts.mjs';
import { root } from './workspaces.mjs';

const CRITERIA = ['l1', 'geometric-median'];
/** CPU seconds at 1x, and the largest growth exponent: filters and their length grow alike, so squared means 1.5. */
const BARS = { l1: { cpuSeconds: 1, exponent: 1 }, 'geometric-median': { cpuSeconds: 2, exponent: 1.5 } };
const ROUNDS = { 1: 7, 2: 3, 4: 1 };

const widths = (process.argv[2] ?? '1,2,4').split(',').map(Number);
const folder = mkdtempSync(join(tmpdir(), 'onnx-compress-bench-'));
const input = join(folder, 'model.onnx');
const output = join(folder, 'pruned.onnx');
const seconds = (value) => `${value.toFixed(2)} s`;

const library = (criterion) => [join(root, 'scripts/prune-file.mjs'), input, output, criterion, '0.5'];
const command = (criterion) => [
  ...[join(root, 'packages/cli/bin/compress.js'), input, '-o', output, '-q', '--verify', 'off'],
  ...['--prune', `${criterion}:0.5`],
];
const PROGRAMS = Object.fromEntries(
  CRITERIA.flatMap((name) => [
    [name, library(name)],
    [`compress --prune ${name}:0.5 --verify off`, command(name)],
  ]),
);

/** Medians of the programs on the model that `input` holds, alternated. */
async function measure(programs, rounds) {
  const usages = Object.fromEntries(Object.keys(programs).map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [name, args] of Object.entries(programs)) {
      usages[name].push(await treeUsage(args));
      rmSync(output, { force: true });
    }
  }
  return Object.fromEntries(
    Object.entries(usages).map(([name, all]) => {
      const of = (figure) => median(all.map((usage) => usage[figure]));
      console.log(
        `  ${name.padEnd(52)} ${seconds(of('cpuSeconds')).padStart(9)} ${megabytes(of('peakBytes')).padStart(9)}`,
      );
      return [name, { cpuSeconds: of('cpuSeconds'), peakBytes: of('peakBytes') }];
    }),
  );
}

async function writeInput(model) {
  const sizes = Array.from(model.graph.weights(), ({ tensor }) => tensor.byteLength);
  const { fileBytes } = await writeModel(model, input);
  return { fileBytes, largestBytes: Math.max(...sizes) };
}

const memoryBar = (largestBytes) => 3 * largestBytes + 150e6;
const results = [];
try {
  for (const width of widths) {
    const { fileBytes, largestBytes } = await writeInput(resnet50({ width }));
    console.log(`ResNet-50, ${width}x wide: ${megabytes(fileBytes)}, largest tensor ${megabytes(largestBytes)}`);
    results.push({ width, fileBytes, largestBytes, usages: await measure(PROGRAMS, ROUNDS[width] ?? 1) });
  }
  const { largestBytes } = await writeInput(oneLargeTensor());
  console.log(`one tensor of ${megabytes(largestBytes)}`);
  const libraries = Object.fromEntries(CRITERIA.map((name) => [name, library(name)]));
  results.push({ largestBytes, usages: await measure(libraries, 1) });
} finally {
  rmSync(folder, { recursive: true });
}

console.log();
for (const name of CRITERIA) {
  for (const { width, largestBytes, usages } of results) {
    const model = width === undefined ? 'one large tensor' : `${width ** 2}x`;
    if (width === 1) judge(`${name}, ${model}: CPU time`, usages[name].cpuSeconds, BARS[name].cpuSeconds, seconds);
    judge(`${name}, ${model}: peak memory`, usages[name].peakBytes, memoryBar(largestBytes), megabytes);
  }
  const sized = results.filter(({ width }) => width !== undefined);
  for (const [index, larger] of sized.slice(1).entries()) {
    const smaller = sized[index];
    const growth = larger.usages[name].cpuSeconds / smaller.usages[name].cpuSeconds;
    const exponent = Math.log(growth) / Math.log(larger.fileBytes / smaller.fileBytes);
    const title = `${name}, ${smaller.width ** 2}x to ${larger.width ** 2}x: exponent of parameters`;
    judge(title, exponent, BARS[name].exponent + 0.05, (value) => value.toFixed(2));
  }
}
